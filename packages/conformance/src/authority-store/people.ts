import assert from 'node:assert/strict'
import type { AuthorityStore, StoredSession } from '@lumojit/authority'
import type { SuiteCase } from '../suite-case.ts'
import type { WithStore } from './open-authority-store.ts'
import { NOW } from './records.ts'

const aSession = (key: string, more: Partial<StoredSession> = {}): StoredSession => ({
  key,
  userId: 'u_bob',
  method: 'password',
  hash: `hash of ${key}`,
  openedAt: NOW,
  rotatedAt: NOW,
  idleUntil: NOW + 50,
  endsAt: NOW + 100,
  ...more,
})
const kinds = async (store: AuthorityStore, chain: string) =>
  (await store.audit(chain)).map(({ kind, by }) => `${kind} by ${by}`)

export const peopleCases = (withStore: WithStore): readonly SuiteCase[] => [
  {
    id: 'authority-store:people',
    title: 'a session lives until it is idle, over, or ended, and is found by its hash alone',
    run: withStore(async ({ store }) => {
      await store.openSession(aSession('s1'))
      assert.deepEqual(await store.session('hash of s1', NOW + 49), aSession('s1'))
      assert.equal(await store.session('hash of s1', NOW + 50), undefined)
      assert.equal(await store.session('s1', NOW), undefined)
      await store.touchSession('s1', NOW + 100)
      await store.touchSession('s1', NOW + 60)
      assert.equal((await store.session('hash of s1', NOW + 99))?.idleUntil, NOW + 100)
      assert.equal(await store.session('hash of s1', NOW + 100), undefined)
      assert.equal(await store.endSession('hash of s1', NOW + 10), true)
      assert.equal(await store.endSession('hash of s1', NOW + 10), false)
      assert.equal(await store.session('hash of s1', NOW + 11), undefined)
      assert.deepEqual(await kinds(store, 'user:u_bob'), [
        'session.opened by user:u_bob',
        'session.ended by user:u_bob',
      ])
    }),
  },
  {
    id: 'authority-store:people',
    title: 'of many who rotate a session at once one wins; the secret before works a while longer',
    run: withStore(async ({ store, second }) => {
      await store.openSession(aSession('s1'))
      const many = Array.from({ length: 20 }, (_, nth) => nth)
      const rotate = (nth: number) =>
        (nth % 2 === 1 ? (second ?? store) : store).rotateSession('hash of s1', {
          at: NOW + 1,
          to: `new ${nth}`,
          previousUntil: NOW + 10,
        })
      const won = await Promise.all(many.map(rotate))
      assert.equal(won.filter(Boolean).length, 1)
      const current = `new ${won.indexOf(true)}`
      assert.equal((await store.session(current, NOW + 2))?.key, 's1')
      assert.equal((await store.session('hash of s1', NOW + 9))?.hash, current)
      assert.equal(await store.session('hash of s1', NOW + 10), undefined)
      assert.equal(await store.endSession('hash of s1', NOW + 9), true)
      assert.equal(await store.session(current, NOW + 9), undefined)
    }),
  },
  {
    id: 'authority-store:people',
    title: 'of many who use one link at once one is signed in, and nobody past its time',
    run: withStore(async ({ store, second }) => {
      const { userId: _, ...opening } = aSession('s1', { openedAt: NOW + 5, method: 'link' })
      await store.addLink({ hash: 'l1', userId: 'u_bob', expiresAt: NOW + 10 }, NOW)
      await store.addLink({ hash: 'l2', userId: 'u_bob', expiresAt: NOW + 5 }, NOW)
      assert.equal(await store.redeemLink('l2', opening), undefined)
      assert.equal(await store.redeemLink('?', opening), undefined)
      const many = Array.from({ length: 20 }, (_, nth) => nth)
      const opened = await Promise.all(
        many.map((nth) =>
          (nth % 2 === 1 ? (second ?? store) : store).redeemLink('l1', {
            ...opening,
            key: `s${nth}`,
            hash: `h${nth}`,
          }),
        ),
      )
      const [session, ...more] = opened.filter((each) => each !== undefined)
      assert.deepEqual([session?.userId, session?.method, more.length], ['u_bob', 'link', 0])
      assert.deepEqual(await store.session(session?.hash ?? '', NOW + 6), session)
      const told = await kinds(store, 'user:u_bob')
      assert.deepEqual(told, [
        'link.made by authority',
        'link.made by authority',
        'session.opened by user:u_bob',
      ])
    }),
  },
  {
    id: 'authority-store:people',
    title: 'a password that is set is the one that counts, and ends the sessions of its user alone',
    run: withStore(async ({ store, reopen }) => {
      assert.equal(await store.password('u_bob'), undefined)
      await store.openSession(aSession('s1'))
      await store.openSession(aSession('s2', { userId: 'u_eve' }))
      await store.setPassword('u_bob', { hash: 'one', at: NOW + 1, by: 'authority' })
      assert.equal(await store.session('hash of s1', NOW + 2), undefined)
      assert.equal((await store.session('hash of s2', NOW + 2))?.userId, 'u_eve')
      await store.setPassword('u_bob', { hash: 'two', at: NOW + 2, by: 'user:u_root' })
      assert.equal(await store.password('u_bob'), 'two')
      assert.deepEqual(await store.usersWithPassword(), ['u_bob'])
      assert.deepEqual((await kinds(store, 'user:u_bob')).slice(1), [
        'password.set by authority',
        'password.set by user:u_root',
      ])
      await store.appendAudit({ chain: 'x', at: NOW, kind: 'tried', by: 'nobody', data: {} })
      assert.deepEqual(await kinds(store, 'x'), ['tried by nobody'])
      if (!reopen) return
      const again = await reopen()
      assert.equal(await again.password('u_bob'), 'two')
      assert.equal((await again.session('hash of s2', NOW + 2))?.userId, 'u_eve')
    }),
  },
]
