import assert from 'node:assert/strict'
import type { StoredAgent } from '@lumojit/authority'
import type { SuiteCase } from '../suite-case.ts'
import type { WithStore } from './open-authority-store.ts'
import { aRequest, aTask, aToken, END, isAlive, NOW, open } from './records.ts'

const anAgent = (id: string, more: Partial<StoredAgent> = {}): StoredAgent => ({
  id,
  actsForUsers: true,
  secretHash: `hash of ${id}`,
  createdAt: NOW,
  ...more,
})
const by = 'user:u_root'
const base = { kind: 'agent', holder: 'agt_1', audience: 'a', expiresAt: NOW + 50 } as const

export const agentCases = (withStore: WithStore): readonly SuiteCase[] => [
  {
    id: 'authority-store:agents',
    title: 'of many who add an agent of one name one wins, and it is kept as it was given',
    run: withStore(async ({ store, second, reopen }) => {
      const agent = anAgent('agt_7', { name: 'Seven', scope: 'a b', actsForUsers: false })
      const won = await Promise.all(
        Array.from({ length: 20 }, (_, nth) =>
          (nth % 2 === 1 ? (second ?? store) : store).addAgent(agent, { by }),
        ),
      )
      assert.equal(won.filter(Boolean).length, 1)
      assert.equal(await store.addAgent(anAgent('7'), { by }), false)
      assert.deepEqual(await store.agent('agt_7'), agent)
      assert.equal(await store.agent('7'), undefined)
      await store.addAgent(anAgent('agt_3'), { by })
      const ids = (await store.agents()).map(({ id }) => id)
      assert.deepEqual(ids, ['agt_3', 'agt_7'])
      const kinds = (await store.audit('agent:agt_7')).map(({ kind }) => kind)
      assert.deepEqual(kinds, ['agent.created'])
      if (reopen) assert.deepEqual(await (await reopen()).agent('agt_7'), agent)
    }),
  },
  {
    id: 'authority-store:agents',
    title: 'another secret leaves the one before its time, and none of the one before that',
    run: withStore(async ({ store }) => {
      const change = (nth: number, kill = false) => ({
        at: NOW + nth,
        by,
        secretHash: `new ${nth}`,
        previousUntil: NOW + 10 + nth,
        kill,
      })
      const { secretHash: _, ...ofOptions } = anAgent('agt_1', { name: 'One' })
      const first = await store.rotateAgent(ofOptions, change(1))
      assert.deepEqual(first.agent, {
        ...ofOptions,
        secretHash: 'new 1',
        previousUntil: NOW + 11,
        rotatedAt: NOW + 1,
      })
      await store.addToken({ jti: 't1', ...base }, NOW)
      const next = await store.rotateAgent(ofOptions, change(2))
      assert.deepEqual([next.agent?.secretHash, next.agent?.previousHash], ['new 2', 'new 1'])
      assert.equal(await isAlive(store, 't1', NOW + 3), true)
      const last = await store.rotateAgent(ofOptions, change(3, true))
      assert.deepEqual([last.agent?.previousHash, last.killed], ['new 2', 1])
      assert.equal(await isAlive(store, 't1', NOW + 3), false)
      assert.deepEqual(await store.agent('agt_1'), last.agent)
    }),
  },
  {
    id: 'authority-store:agents',
    title:
      'a suspended agent holds nothing from that moment, is given nothing, and all of it is told',
    run: withStore(async ({ store }) => {
      await store.addTask(aTask())
      await open(store, aRequest('jit_1', { state: 'approved', redeemUntil: END }))
      await store.redeem('jit_1', aToken('granted'), NOW)
      await store.addToken({ jti: 'own', ...base }, NOW)
      await store.addToken({ jti: 'past', ...base, expiresAt: NOW + 1 }, NOW)
      await store.addToken({ jti: 'other', ...base, holder: 'agt_2' }, NOW)
      await store.addToken({ jti: 'person', ...base, kind: 'user' }, NOW)
      const { secretHash: _, ...agent } = anAgent('agt_1')
      const suspend = () => store.suspendAgent(agent, { at: NOW + 2, by, reason: 'odd' })
      const { won, killed, agent: now } = await suspend()
      assert.deepEqual([won, killed, now?.suspendedAt], [true, 2, NOW + 2])
      assert.equal((await suspend()).won, false)
      for (const jti of ['granted', 'own']) assert.equal(await isAlive(store, jti, NOW + 3), false)
      for (const jti of ['other', 'person']) assert.equal(await isAlive(store, jti, NOW + 3), true)
      const told = (await store.eventsAfter(0, NOW + 3)).map(({ subject }) => subject)
      assert.deepEqual(told.sort(), ['granted', 'own'])
      assert.equal(await store.addToken({ jti: 'late', ...base }, NOW + 3), false)
      assert.equal(await store.addToken({ jti: 'fine', ...base, holder: 'agt_2' }, NOW + 3), true)
      assert.equal((await store.redeem('jit_1', aToken('more'), NOW + 3)).won, false)
      assert.equal(await store.token('late'), undefined)
      assert.equal((await store.request('jit_1'))?.redemptions, 1)
      const resume = () => store.resumeAgent('agt_1', { at: NOW + 4, by })
      assert.equal((await resume()).won, true)
      assert.equal((await resume()).won, false)
      assert.equal(await isAlive(store, 'own', NOW + 5), false)
      assert.equal((await store.redeem('jit_1', aToken('again'), NOW + 5)).won, true)
      const kinds = (await store.audit('agent:agt_1')).map(({ kind, by }) => `${kind} by ${by}`)
      assert.deepEqual(kinds, [`agent.suspended by ${by}`, `agent.resumed by ${by}`])
    }),
  },
  {
    id: 'authority-store:agents',
    title: 'a suspension among many that add tokens leaves none alive',
    run: withStore(async ({ store, second }) => {
      const many = Array.from({ length: 40 }, (_, nth) => nth)
      const { secretHash: _, ...agent } = anAgent('agt_1')
      const add = (nth: number) =>
        (nth % 2 === 1 ? (second ?? store) : store).addToken({ jti: `t${nth}`, ...base }, NOW)
      const adding = many.slice(0, 20).map(add)
      const suspending = store.suspendAgent(agent, { at: NOW, by })
      await Promise.all([...adding, suspending, ...many.slice(20).map(add)])
      for (const nth of many) assert.equal(await isAlive(store, `t${nth}`, NOW + 1), false)
    }),
  },
]
