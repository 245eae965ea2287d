import assert from 'node:assert/strict'
import type { Decision, RequestRef } from '@lumojit/protocol'
import type { SuiteCase } from '../suite-case.ts'
import { questions } from './harness.ts'
import { type CaseOf, grantOf, otherResource } from './session.ts'

const idOf = (of: { readonly ref?: RequestRef }): string => of.ref?.requestId ?? 'none'

export const samenessCases = (it: CaseOf): readonly SuiteCase[] => [
  it('authority:same-question', 'asked twice for the same call, it is one request', async (s) => {
    const first = await s.askPerson({ key: 'a call' })
    assert.equal(idOf(await s.askPerson({ key: 'a call' })), idOf(first))
    assert.equal((await s.counts()).requests, 1)
    await s.approve(first.ref)
    const again = await s.authority.request(s.task, first.request)
    assert.equal(again.status, 'granted', 'an approval was not found again')
    assert.equal(idOf(again), idOf(first))
    assert.equal((await s.counts()).requests, 1)
  }),

  it('authority:same-question', 'of 50 who ask the same at once, one request comes', async (s) => {
    const request = s.question(questions.aPerson, { key: 'a call' })
    const decisions = await Promise.all(
      Array.from({ length: 50 }, () => s.authority.request(s.task, request)),
    )
    assert.equal(new Set(decisions.map(idOf)).size, 1)
    assert.equal((await s.counts()).requests, 1)
  }),

  it(
    'authority:same-question',
    'an order of words that means nothing makes no other question',
    async (s) => {
      const [asked] = questions.aPerson
      const first = await s.askPerson({ key: 'a call' })
      const { actions, ...rest } = asked
      const turned = { ...rest, actions: [...actions].reverse() }
      const again = await s.authority.request(s.task, s.question([turned], { key: 'a call' }))
      assert.equal(idOf(again), idOf(first))
    },
  ),

  it(
    'authority:same-question',
    'another call, resource, task or detail is another question',
    async (s) => {
      const [asked] = questions.aPerson
      const task = await s.authority.openTask({ name: 'another' })
      const others: readonly Promise<Decision | { readonly ref: RequestRef }>[] = [
        s.askPerson({ key: 'a call' }),
        s.askPerson({ key: 'another call' }),
        s.askPerson({ key: 'a call', resource: otherResource }),
        s.askPerson({ key: 'a call', task }),
        s.authority.request(s.task, s.question([{ ...asked, amount: '12.51' }], { key: 'a call' })),
      ]
      const ids = new Set((await Promise.all(others)).map(idOf))
      assert.equal(ids.size, others.length)
      assert.equal((await s.counts()).requests, others.length)
    },
  ),

  it(
    'authority:same-question',
    'what is for the whole task is one question whoever calls',
    async (s) => {
      const first = await s.askPerson({ key: 'a call', reuse: 'task' })
      assert.equal(idOf(await s.askPerson({ key: 'another call', reuse: 'task' })), idOf(first))
    },
  ),

  it(
    'redeem:again-after-lost-answer',
    'redeeming again works, and the token before it dies',
    async (s) => {
      const { ref, request } = await s.askPerson()
      await s.approve(ref)
      const first = grantOf(await s.authority.redeem(ref, request))
      const second = grantOf(await s.authority.redeem(ref, request))
      assert.notEqual(second.token.reveal(), first.token.reveal())
      assert.equal(await s.isActive(first.token.reveal()), false, 'two tokens of one request live')
      assert.equal(await s.isActive(second.token.reveal()), true)
      const twin = await s.twin()
      const third = grantOf(await twin.redeem(ref, request))
      assert.equal(await s.isActive(second.token.reveal()), false)
      assert.equal(await s.isActive(third.token.reveal()), true)
      assert.equal((await s.counts()).requests, 1)
    },
  ),

  it(
    'pause:late-redeem',
    'an approval is good hours later, and its token lives in full from then',
    async (s) => {
      const { ref, request } = await s.askPerson()
      await s.approve(ref)
      await s.advance(3 * 3_600_000)
      assert.equal((await s.authority.status(ref)).status, 'granted')
      const grant = grantOf(await s.authority.redeem(ref, request))
      assert.equal(await s.isActive(grant.token.reveal()), true)
      await s.advance(200_000)
      assert.equal(
        await s.isActive(grant.token.reveal()),
        true,
        'its time ran before it was redeemed',
      )
      await s.advance(120_000)
      assert.equal(await s.isActive(grant.token.reveal()), false, 'it lives longer than was asked')
    },
  ),
]
