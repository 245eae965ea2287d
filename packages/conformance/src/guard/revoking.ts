import assert from 'node:assert/strict'
import type { Json } from '@lumojit/protocol'
import type { SuiteCase } from '../suite-case.ts'
import { type GuardCaseOf, required, statusOf, untilStatus } from './session.ts'

const good = { authorization_details: required as Json }
/** The feed promises a second; a slow machine gets ten. */
const SOON_MS = 10_000

export const revokingCases = (it: GuardCaseOf): readonly SuiteCase[] => [
  it(
    'guard:revoked',
    'a revoked token dies within the promise of the feed, and no other',
    async ({ issuer, open }) => {
      const guard = await open()
      const doomed = await issuer.token({ ...good, jti: 'doomed' })
      const spared = await issuer.token({ ...good, jti: 'spared' })
      assert.equal(await statusOf(guard, doomed), 200)
      await issuer.revoke('doomed')
      assert.ok((await untilStatus(guard, doomed, 401)) < SOON_MS)
      assert.equal(await statusOf(guard, spared), 200)
    },
  ),

  it(
    'guard:revoked',
    'the end of a task kills all its tokens, and no other task',
    async ({ issuer, open }) => {
      const guard = await open()
      const mine = [await issuer.token(good), await issuer.token(good)]
      const other = await issuer.token({ ...good, task_id: 'task_2' })
      for (const token of [...mine, other]) assert.equal(await statusOf(guard, token), 200)
      await issuer.endTask('task_1')
      for (const token of mine) assert.ok((await untilStatus(guard, token, 401)) < SOON_MS)
      assert.equal(await statusOf(guard, other), 200)
    },
  ),

  it(
    'guard:revoked',
    'what was revoked before the guard came is known to its first answer',
    async ({ issuer, open }) => {
      const doomed = await issuer.token({ ...good, jti: 'doomed' })
      await issuer.revoke('doomed')
      await issuer.endTask('task_2')
      const guard = await open()
      assert.equal(await statusOf(guard, doomed), 401)
      assert.equal(await statusOf(guard, await issuer.token({ ...good, task_id: 'task_2' })), 401)
      assert.equal(await statusOf(guard, await issuer.token(good)), 200)
    },
  ),

  it(
    'guard:closed-by-default',
    'an authority that was never there lets nobody pass',
    async ({ issuer, open }) => {
      const token = await issuer.token(good)
      await issuer.stop()
      const guard = await open()
      assert.equal(await statusOf(guard, token), 503)
    },
  ),

  it(
    'guard:closed-by-default',
    'an authority that goes away takes its word with it, until it is back',
    async ({ issuer, open }) => {
      const guard = await open()
      const doomed = await issuer.token({ ...good, jti: 'doomed' })
      const spared = await issuer.token({ ...good, jti: 'spared' })
      assert.equal(await statusOf(guard, doomed), 200)
      await issuer.stop()
      assert.ok((await untilStatus(guard, doomed, 503)) < SOON_MS)
      await issuer.revoke('doomed')
      await issuer.start()
      await untilStatus(guard, spared, 200)
      assert.equal(await statusOf(guard, doomed), 401, 'what was revoked meanwhile was missed')
    },
  ),
]
