import assert from 'node:assert/strict'
import { compareGranted } from '@lumojit/protocol'
import type { SuiteCase } from '../suite-case.ts'
import { questions } from './harness.ts'
import {
  type CaseOf,
  eventually,
  type Granted,
  grantOf,
  otherResource,
  refusalOf,
  resource,
} from './session.ts'

const LONG_MS = 20_000

export const decisionCases = (it: CaseOf): readonly SuiteCase[] => [
  it('authority:decides', 'what the rules allow is granted in one answer', async (s) => {
    const request = s.question(questions.atOnce)
    const decision = await s.authority.request(s.task, request)
    assert.equal(decision.status, 'granted')
    const { ref } = decision as Granted
    assert.equal(ref.taskId, s.task.id)
    assert.equal((await s.authority.status(ref)).status, 'granted')
    const grant = grantOf(await s.authority.redeem(ref, request))
    assert.deepEqual(grant.ref, ref)
    assert.deepEqual(grant.asked, request.permission)
    assert.deepEqual(grant.resource, resource)
    const lives = (grant.expiresAt - Date.now()) / 1000
    assert.ok(lives > 200 && lives <= 300, `asked for 300 s, lives ${lives} s`)
    assert.equal(await s.isActive(grant.token.reveal()), true)
  }),

  it('authority:decides', 'what is for a person waits for a person', async (s) => {
    const { decision, ref } = await s.askPerson()
    assert.equal(decision.waitsFor, 'approver')
    assert.ok((decision.expiresAt ?? Number.POSITIVE_INFINITY) > Date.now())
    assert.equal((await s.authority.status(ref)).status, 'pending')
    await s.approve(ref, { message: 'once, please' })
    const after = await s.authority.status(ref)
    assert.equal(after.status, 'granted')
    assert.equal('message' in after && after.message, 'once, please')
  }),

  it('authority:decides', 'a denial is final and brings the words of the person', async (s) => {
    const { ref } = await s.askPerson({ key: 'a call' })
    await s.deny(ref, 'not in this quarter')
    const after = await s.authority.status(ref)
    assert.equal(after.status, 'denied')
    assert.equal('message' in after && after.message, 'not in this quarter')
    const again = s.question(questions.aPerson, { key: 'a call' })
    assert.equal((await s.authority.request(s.task, again)).status, 'denied')
  }),

  it('authority:decides', 'a question nobody answers is over in the end', async (s) => {
    const { ref, request, decision } = await s.askPerson()
    await s.advance((decision.expiresAt ?? Date.now() + 3_600_000) - Date.now() + 5_000)
    assert.equal((await s.authority.status(ref)).status, 'expired')
    await assert.rejects(s.approve(ref), 'what is over was approved')
    await refusalOf(s.authority.redeem(ref, request))
  }),

  it(
    'authority:long-poll',
    'a decision ends the wait, long before the wait would end',
    async (s) => {
      for (const decide of [s.approve, s.deny, s.revokeByPerson]) {
        const { ref } = await s.askPerson()
        const began = Date.now()
        const poll = s.authority.status(ref, { waitMs: LONG_MS })
        await eventually('the poll is held', async () => (await s.openWaits()) > 0)
        await decide(ref)
        assert.notEqual((await poll).status, 'pending')
        assert.ok(Date.now() - began < LONG_MS / 2, 'the wait ran on after the decision')
      }
    },
  ),

  it(
    'authority:long-poll',
    'a wait that brings nothing ends as pending, not before its time',
    async (s) => {
      const { ref } = await s.askPerson()
      const began = Date.now()
      assert.equal((await s.authority.status(ref, { waitMs: 1000 })).status, 'pending')
      // Some authorities count whole seconds and round down by a hair.
      assert.ok(Date.now() - began >= 900, 'the wait did not wait')
    },
  ),

  it('authority:long-poll', 'the end of the task ends its waits', async (s) => {
    const { ref } = await s.askPerson()
    const began = Date.now()
    const poll = s.authority.status(ref, { waitMs: LONG_MS })
    await eventually('the poll is held', async () => (await s.openWaits()) > 0)
    await s.authority.completeTask(s.task, [])
    assert.notEqual((await poll).status, 'granted')
    assert.ok(Date.now() - began < LONG_MS / 2, 'the wait ran on after the end')
  }),

  it(
    'authority:long-poll',
    'an abort ends the wait on both sides, with its own reason',
    async (s) => {
      const { ref } = await s.askPerson()
      const stop = new AbortController()
      const reason = new Error('the caller left')
      const poll = s.authority.status(ref, { waitMs: LONG_MS, signal: stop.signal })
      const rejected = assert.rejects(poll, (error) => error === reason)
      await eventually('the poll is held', async () => (await s.openWaits()) > 0)
      stop.abort(reason)
      await rejected
      await eventually('the authority lets go', async () => (await s.openWaits()) === 0)
    },
  ),

  it('authority:states-grant', 'what is granted is stated and equals what was asked', async (s) => {
    const grant = await s.grantAtOnce()
    assert.equal(grant.granted?.kind, 'details')
    const details = grant.granted?.kind === 'details' ? grant.granted.details : undefined
    assert.ok(details && compareGranted(details, questions.atOnce) === 'equal')
  }),

  it('authority:states-grant', 'a person may give less, and less is what is stated', async (s) => {
    const { ref, request } = await s.askPerson()
    const [asked] = questions.aPerson
    await s.approve(ref, { details: [{ ...asked, actions: ['initiate'] }] })
    const { granted } = grantOf(await s.authority.redeem(ref, request))
    assert.ok(granted?.kind === 'details')
    assert.deepEqual(granted.details[0]?.actions, ['initiate'])
    assert.equal(compareGranted(granted.details, questions.aPerson), 'narrower')
  }),

  it('authority:states-grant', 'a person cannot give more than was asked', async (s) => {
    const { ref } = await s.askPerson()
    const [asked] = questions.aPerson
    const more = { ...asked, actions: [...asked.actions, 'cancel'] }
    await assert.rejects(s.approve(ref, { details: [more] }))
    await assert.rejects(s.approve(ref, { details: [{ ...asked, identifier: 'inv_8' }] }))
    assert.equal((await s.authority.status(ref)).status, 'pending')
  }),

  it('authority:states-grant', 'the person says how often it may be used', async (s) => {
    const first = await s.askPerson({ reuse: 'once' })
    await s.approve(first.ref, { reuse: 'task' })
    assert.equal(grantOf(await s.authority.redeem(first.ref, first.request)).reuse, 'task')
    const second = await s.askPerson({ reuse: 'task', resource: otherResource })
    await s.approve(second.ref, { reuse: 'once' })
    assert.equal(grantOf(await s.authority.redeem(second.ref, second.request)).reuse, 'once')
  }),
]
