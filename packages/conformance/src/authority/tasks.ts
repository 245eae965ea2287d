import assert from 'node:assert/strict'
import { AuthorityError, type Grant } from '@lumojit/protocol'
import type { SuiteCase } from '../suite-case.ts'
import { questions } from './harness.ts'
import { type CaseOf, grantOf, otherResource, refusalOf } from './session.ts'

const DAY = 24 * 3_600_000

export const taskCases = (it: CaseOf): readonly SuiteCase[] => [
  it('authority:tasks', 'each opened task is another, and has an id and an end', async (s) => {
    const other = await s.authority.openTask({})
    assert.notEqual(other.id, s.task.id)
    for (const task of [other, s.task]) {
      assert.ok(task.id.length > 0)
      assert.ok(task.expiresAt === undefined || task.expiresAt > Date.now())
    }
  }),

  it('authority:tasks', 'ending a task kills every token of it and of no other', async (s) => {
    const mine = await s.grantAtOnce()
    const { request, ref } = await s.askPerson()
    await s.approve(ref)
    const approved = grantOf(await s.authority.redeem(ref, request))
    const neighbour = await s.authority.openTask({ name: 'neighbour' })
    const theirs = await s.grantAtOnce({ task: neighbour })
    const report = await s.authority.completeTask(s.task, [mine, approved])
    assert.deepEqual(report, { taskId: s.task.id, revoked: 2, unrevoked: [] })
    for (const { token } of [mine, approved]) assert.equal(await s.isActive(token.reveal()), false)
    assert.equal(await s.isActive(theirs.token.reveal()), true)
  }),

  it('authority:tasks', 'tokens die with their task also when nobody names them', async (s) => {
    const forgotten = await s.grantAtOnce()
    await s.authority.completeTask(s.task, [])
    assert.equal(await s.isActive(forgotten.token.reveal()), false)
  }),

  it('end:idempotent', 'ending a task twice, or twice at once, is the same end', async (s) => {
    const grant = await s.grantAtOnce()
    const ends = [s.task, s.task].map((task) => s.authority.completeTask(task, [grant]))
    const reports = [...(await Promise.all(ends)), await s.authority.completeTask(s.task, [grant])]
    for (const { taskId, unrevoked } of reports) {
      assert.equal(taskId, s.task.id)
      assert.deepEqual(unrevoked, [])
    }
    assert.equal(await s.isActive(grant.token.reveal()), false)
  }),

  it('authority:tasks', 'an ended task asks nobody and redeems nothing any more', async (s) => {
    const open = await s.askPerson()
    const approved = await s.askPerson({ resource: otherResource })
    await s.approve(approved.ref)
    await s.authority.completeTask(s.task, [])
    for (const { ref, request } of [open, approved]) {
      assert.notEqual((await s.authority.status(ref)).status, 'granted')
      await refusalOf(s.authority.redeem(ref, request))
    }
    const before = await s.counts()
    await refusalOf(s.authority.request(s.task, s.question(questions.atOnce)))
    assert.deepEqual(await s.counts(), before)
  }),

  it('end:server-ttl', 'a task that nobody ends is ended by its own end', async (s) => {
    const { ref, request } = await s.askPerson()
    await s.approve(ref)
    await s.advance((s.task.expiresAt ?? Date.now() + DAY) - Date.now() - 60_000)
    const late: Grant = grantOf(await s.authority.redeem(ref, request))
    assert.equal(await s.isActive(late.token.reveal()), true)
    await s.advance(120_000)
    assert.equal(await s.isActive(late.token.reveal()), false, 'a token outlived its task')
    assert.notEqual((await s.authority.status(ref)).status, 'granted')
    await refusalOf(s.authority.redeem(ref, request))
    await refusalOf(s.authority.request(s.task, s.question(questions.atOnce)))
  }),

  it('authority:own-only', 'another agent can do nothing with a task or a request', async (s) => {
    const theirs = await s.otherAgent()
    const grant = await s.grantAtOnce()
    const pending = await s.askPerson()
    const { ref, request } = await s.askPerson({ resource: otherResource })
    await s.approve(ref)
    const before = await s.counts()
    const asked = theirs.request(s.task, s.question(questions.atOnce))
    await refusalOf(asked)
    for (const one of [pending, { ref, request }]) {
      await refusalOf(theirs.redeem(one.ref, one.request))
      await refusalOf(theirs.status(one.ref))
      await theirs.withdraw?.(one.ref).catch(expectAuthorityError)
    }
    await theirs.completeTask(s.task, []).catch(expectAuthorityError)
    await theirs.revoke(grant).catch(expectAuthorityError)
    assert.deepEqual(await s.counts(), before)
    assert.equal(await s.isActive(grant.token.reveal()), true, 'another agent killed a token')
    assert.equal((await s.authority.status(pending.ref)).status, 'pending')
    assert.equal((await s.authority.status(ref)).status, 'granted')
  }),

  it(
    'authority:own-only',
    'a task or request nobody knows is a no, whatever its name',
    async (s) => {
      const odd = [
        'task_unknown',
        '../../oauth/token',
        'a/b?c#d',
        '%2e%2e',
        'é\u0000'.slice(0, 1),
        '..',
      ]
      for (const id of odd) {
        const ref = { taskId: s.task.id, requestId: id }
        await refusalOf(s.authority.status(ref))
        await refusalOf(s.authority.redeem(ref, s.question(questions.atOnce)))
        await refusalOf(s.authority.request({ id }, s.question(questions.atOnce)))
      }
      assert.deepEqual(await s.counts(), { requests: 0, redemptions: 0 })
    },
  ),
]

function expectAuthorityError(error: unknown): void {
  assert.ok(error instanceof AuthorityError, `not an AuthorityError: ${error}`)
}
