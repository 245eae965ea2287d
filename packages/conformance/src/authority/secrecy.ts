import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { type Authority, AuthorityError, type PermissionRequest } from '@lumojit/protocol'
import type { SuiteCase } from '../suite-case.ts'
import { questions } from './harness.ts'
import { type CaseOf, grantOf, resource, type Session } from './session.ts'

export const secrecyCases = (it: CaseOf): readonly SuiteCase[] => [
  it('authority:unreachable', 'no answer is an AuthorityError that says unreachable', async (s) => {
    const authority = await s.unreachable?.()
    assert.ok(authority, 'the harness gives no authority that does not answer')
    await everyMethodFails(s, authority, 'unreachable')
  }),

  it(
    'authority:rejected',
    'an agent the server does not know is rejected, with a fix',
    async (s) => {
      const authority = await s.rejected?.()
      assert.ok(authority, 'the harness gives no agent that is unknown')
      await everyMethodFails(s, authority, 'rejected')
    },
  ),

  it(
    'authority:abort',
    'an aborted signal rejects with its own reason, and nothing is done',
    async (s) => {
      const reason = new Error('never mind')
      const io = { signal: AbortSignal.abort(reason) }
      const request = s.question(questions.atOnce)
      const own = (error: unknown) => error === reason
      await assert.rejects(s.authority.openTask({}, io), own)
      await assert.rejects(s.authority.request(s.task, request, io), own)
      assert.deepEqual(await s.counts(), { requests: 0, redemptions: 0 })
    },
  ),

  it('token:never-in', 'neither a grant nor an error shows a token', async (s) => {
    const { ref, request } = await s.askPerson()
    await s.approve(ref)
    const grant = grantOf(await s.authority.redeem(ref, request))
    const base = await s.authority.baseToken(s.task, {}, resource)
    await s.authority.completeTask(s.task, [grant])
    const errors = await Promise.all(
      [
        s.authority.redeem(ref, request),
        s.authority.request(s.task, request),
        s.authority.status({ ...ref, requestId: 'unknown' }),
      ].map((call) => call.catch((error: unknown) => error)),
    )
    const shown = [grant, base, s.authority, errors].flatMap((value) => [
      inspect(value, { depth: 9, showHidden: true }),
      JSON.stringify(value) ?? '',
      String(value),
    ])
    for (const error of errors) if (error instanceof Error) shown.push(error.stack ?? '')
    for (const token of [grant.token, base ?? assert.fail('no base token')]) {
      assert.ok(!shown.join('\n').includes(token.reveal()), 'a token is shown')
    }
  }),

  it(
    'authority:state-key',
    '32 bytes, the same in every process of the agent, and for nobody else',
    async (s) => {
      const key = async (authority: Authority) => {
        const bytes = await authority.stateKey?.()
        assert.equal(bytes?.length, 32)
        return Buffer.from(bytes ?? []).toString('hex')
      }
      const own = await key(s.authority)
      assert.equal(await key(s.authority), own)
      assert.equal(await key(await s.twin()), own)
      assert.notEqual(await key(await s.otherAgent()), own)
    },
  ),

  it('authority:close', 'closing ends the base tokens, again and again without harm', async (s) => {
    const shared = { ...resource, baseToken: 'shared' } as const
    const tokens = [
      await s.authority.baseToken(s.task, {}, resource),
      await s.authority.baseToken(s.task, {}, shared),
    ]
    await s.authority.close?.()
    for (const token of tokens) {
      assert.equal(await s.isActive(token?.reveal() ?? assert.fail('no base token')), false)
    }
    await s.authority.close?.()
  }),
]

async function everyMethodFails(
  { task, question }: Session,
  authority: Authority,
  kind: AuthorityError['kind'],
): Promise<void> {
  const ref = { taskId: task.id, requestId: 'jit_any' }
  const request: PermissionRequest = question(questions.atOnce)
  const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['openTask', () => authority.openTask({})],
    ['request', () => authority.request(task, request)],
    ['status', () => authority.status(ref)],
    ['redeem', () => authority.redeem(ref, request)],
    ['baseToken', () => authority.baseToken(task, {}, resource)],
    ['completeTask', () => authority.completeTask(task, [])],
  ]
  for (const [name, call] of calls) {
    const error = await call().then(
      () => assert.fail(`${name} succeeded`),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof AuthorityError, `${name} rejected with ${error}`)
    assert.equal(error.kind, kind, `${name}: ${error.message}`)
    if (kind === 'rejected') assert.ok(error.fix, `${name} says nothing to change`)
  }
}
