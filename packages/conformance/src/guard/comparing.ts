import assert from 'node:assert/strict'
import {
  type AuthorizationDetails,
  canonical,
  type Dialect,
  type Json,
  readChallenge,
} from '@lumojit/protocol'
import type { SuiteCase } from '../suite-case.ts'
import type { OpenGuard } from './harness.ts'
import { bearer, type GuardCaseOf, required, statusOf } from './session.ts'

const DIALECTS: readonly Exclude<Dialect, 'scope'>[] = ['lumoauth', 'rar-403', 'rar-401']
const [one] = required
const many: AuthorizationDetails = [
  { type: 'payment', actions: ['initiate'], amount: { value: 12.5, currency: 'EUR' } },
  { type: 'file_access', actions: ['read'], identifier: 'o>?~~ÿ "q" \\ 文' },
]

/** Details that are near what is required and do not cover it. */
const SHORT: Readonly<Record<string, readonly Json[]>> = {
  'no details': [],
  'one action of two': [{ ...one, actions: ['read'] }],
  'the actions in two objects': [
    { ...one, actions: ['read'] },
    { ...one, actions: ['write'] },
  ],
  'actions in capitals': [{ ...one, actions: ['READ', 'WRITE'] }],
  'another identifier': [{ ...one, identifier: 'q5.pdf' }],
  'no identifier, which is no wildcard': [{ type: 'file_access', actions: ['read', 'write'] }],
  'a star, which is no wildcard': [{ ...one, identifier: '*' }],
  'another type': [{ ...one, type: 'file' }],
  'a member the guard does not know': [{ ...one, only_at: 'night' }],
  'a location nobody asked about': [{ ...one, locations: ['https://files.acme-corp.com'] }],
}

export const comparingCases = (it: GuardCaseOf): readonly SuiteCase[] => [
  ...Object.entries(SHORT).map(([name, details]) =>
    it('guard:compares', `is not enough: ${name}`, async ({ issuer, open }) => {
      const guard = await open()
      const token = await issuer.token({ authorization_details: details })
      await expectChallenge(guard, token, required, 'lumoauth')
    }),
  ),

  it('guard:compares', 'more than enough is enough', async ({ issuer, open }) => {
    const guard = await open()
    const more = { ...one, actions: ['write', 'delete', 'read'] }
    const authorization_details = [{ type: 'payment', actions: ['initiate'] }, more] as Json
    assert.equal(await statusOf(guard, await issuer.token({ authorization_details })), 200)
  }),

  it('guard:compares', 'all of several, in one token', async ({ issuer, open }) => {
    const guard = await open({ required: many })
    const token = (details: readonly Json[]) => issuer.token({ authorization_details: details })
    await expectChallenge(guard, await token([many[0] as Json]), many, 'lumoauth')
    assert.equal(await statusOf(guard, await token([...many].reverse() as Json[])), 200)
  }),

  it(
    'guard:compares',
    'a resource base token is a token, and opens nothing',
    async ({ issuer, open }) => {
      const guard = await open()
      const base = { jit: undefined, task_id: undefined, scope: 'file_access read write' }
      await expectChallenge(guard, await issuer.token(base), required, 'lumoauth')
    },
  ),

  it(
    'guard:compares',
    'what an actor inside the token may do is not what the token may',
    async ({ issuer, open }) => {
      const guard = await open()
      const details = { authorization_details: required as Json }
      const act = { sub: 'agt_root', ...details, act: { sub: 'admin', ...details } }
      await expectChallenge(guard, await issuer.token({ act }), required, 'lumoauth')
      await expectChallenge(
        guard,
        await issuer.token({ act, scope: 'admin' }),
        required,
        'lumoauth',
      )
    },
  ),

  ...DIALECTS.flatMap((dialect) => [
    it(
      'guard:challenges',
      `says exactly what is missing in ${dialect}`,
      async ({ issuer, open }) => {
        for (const wanted of [required, many]) {
          const guard = await open({ dialect, required: wanted })
          await expectChallenge(guard, await issuer.token({}), wanted, dialect)
        }
      },
    ),
    it(
      'guard:anonymous',
      `tells a caller without a token nothing, unless asked to, in ${dialect}`,
      async ({ open }) => {
        const silent = await (await open({ dialect })).send([])
        const told = await silent.text()
        assert.equal(silent.status, 401)
        assert.doesNotMatch(silent.headers.get('www-authenticate') ?? '', /error=/)
        assert.ok(!told.includes('file_access'), 'the body says what is missing')
        assert.equal(readChallenge(silent, told).kind, 'none')
        const open_ = await open({ dialect, challengeAnonymous: true })
        await expectChallenge(open_, undefined, required, dialect)
      },
    ),
  ]),
]

async function expectChallenge(
  guard: OpenGuard,
  token: string | undefined,
  details: AuthorizationDetails,
  dialect: Dialect,
): Promise<void> {
  const response = await guard.send(token === undefined ? [] : bearer(token))
  assert.equal(response.status, dialect === 'rar-401' ? 401 : 403)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  const reading = readChallenge(response, await response.text())
  assert.equal(reading.kind, 'challenge')
  if (reading.kind !== 'challenge') return
  assert.equal(reading.challenge.dialect, dialect)
  const { permission } = reading.challenge
  assert.ok(permission.kind === 'details')
  assert.equal(canonical(permission.details), canonical(details))
}
