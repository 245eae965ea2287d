import assert from 'node:assert/strict'
import type { SuiteCase } from '../suite-case.ts'
import { questions } from './harness.ts'
import { type CaseOf, grantOf, otherResource, refusalOf } from './session.ts'

export const endingCases = (it: CaseOf): readonly SuiteCase[] => [
  it(
    'authority:redeem-only-granted',
    'what is not approved, denied or taken back gives no token',
    async (s) => {
      const open = await s.askPerson({ key: 'open' })
      await refusalOf(s.authority.redeem(open.ref, open.request))
      const denied = await s.askPerson({ key: 'denied' })
      await s.deny(denied.ref)
      await refusalOf(s.authority.redeem(denied.ref, denied.request))
      const taken = await s.askPerson({ key: 'taken' })
      await s.approve(taken.ref)
      await s.revokeByPerson(taken.ref)
      await refusalOf(s.authority.redeem(taken.ref, taken.request))
      assert.equal((await s.counts()).redemptions, 0)
    },
  ),

  it(
    'authority:revokes',
    'a grant that is given back is dead, and giving it back again is no harm',
    async (s) => {
      const grant = await s.grantAtOnce()
      assert.equal(await s.authority.revoke(grant), true)
      assert.equal(await s.isActive(grant.token.reveal()), false)
      await s.authority.revoke(grant)
      assert.equal(await s.isActive(grant.token.reveal()), false)
    },
  ),

  it('authority:revokes', 'giving one grant back leaves the others alone', async (s) => {
    const one = await s.grantAtOnce()
    const other = await s.grantAtOnce({ resource: otherResource })
    assert.equal(await s.authority.revoke(one), true)
    assert.equal(await s.isActive(other.token.reveal()), true)
  }),

  it(
    'pause:abandoned-is-cancelled',
    'a request taken back while open cannot be approved any more',
    async (s) => {
      const { ref, request } = await s.askPerson()
      assert.equal(await s.authority.withdraw?.(ref), true)
      assert.equal((await s.authority.status(ref)).status, 'revoked')
      await assert.rejects(s.approve(ref), 'what was taken back was approved')
      await refusalOf(s.authority.redeem(ref, request))
    },
  ),

  it(
    'pause:abandoned-is-cancelled',
    'a granted request taken back has no token, and can be asked anew',
    async (s) => {
      const { ref, request } = await s.askPerson({ key: 'a call' })
      await s.approve(ref)
      const grant = grantOf(await s.authority.redeem(ref, request))
      assert.equal(await s.authority.withdraw?.(ref), true)
      assert.equal(await s.isActive(grant.token.reveal()), false)
      await refusalOf(s.authority.redeem(ref, request))
      const again = await s.askPerson({ key: 'a call' })
      assert.notEqual(again.ref.requestId, ref.requestId)
    },
  ),

  it(
    'revoke:sticks',
    'what a person takes back is dead, and denied for the rest of the task',
    async (s) => {
      const grant = await s.grantAtOnce()
      await s.revokeByPerson(grant.ref)
      assert.equal(await s.isActive(grant.token.reveal()), false)
      assert.equal((await s.authority.status(grant.ref)).status, 'revoked')
      await refusalOf(s.authority.redeem(grant.ref, s.question(questions.atOnce)))
      for (const reuse of ['once', 'task'] as const) {
        const again = await s.authority.request(s.task, s.question(questions.atOnce, { reuse }))
        assert.notEqual(again.status, 'granted', 'a renewal undid what a person did')
        assert.notEqual(again.status, 'pending', 'a person is asked again for what they took back')
      }
      const elsewhere = await s.authority.openTask({ name: 'another' })
      await s.grantAtOnce({ task: elsewhere })
    },
  ),
]
