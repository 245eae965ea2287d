import { describe, expect, it } from 'vitest'
import { hashSecret, memoryStore, type OperationError } from '../src/index.ts'
import { openWorld } from './world.ts'

const PASSWORD = 'four words are enough'
const passwordHash = await hashSecret(PASSWORD)
const users = [
  { id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'], passwordHash },
  { id: 'u_alice', email: 'alice@acme-corp.com' },
  { id: 'u_root', email: 'root@acme-corp.com', rights: ['jit.admin'] },
]
const world = (options = {}) => openWorld({ users, ...options })
type World = Awaited<ReturnType<typeof world>>
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: OperationError) => error.code,
  )
const told = async ({ authority }: World, chain = 'user:u_bob') =>
  (await authority.operations.readAudit({ chain }))
    .map(({ kind, by }) => `${kind} by ${by}`)
    // What the world itself issued.
    .filter((line) => line !== 'user-token.issued by authority')

describe('signing in', () => {
  it('human:sign-in — by password, under id or e-mail; the session tells who it is, and is in the audit', async () => {
    const w = await world()
    const { operations } = w.authority
    for (const user of ['u_bob', 'Bob@acme-corp.com']) {
      const opened = await operations.signIn({ user, password: PASSWORD })
      expect(opened.user).toEqual({
        id: 'u_bob',
        email: 'bob@acme-corp.com',
        rights: ['jit.approve'],
      })
      const read = await operations.readSession({ session: opened.session })
      expect(read).toMatchObject({ user: { id: 'u_bob' }, key: opened.key, method: 'password' })
      expect(await operations.endSession({ session: opened.session })).toBe(true)
      expect(await operations.readSession({ session: opened.session })).toBeUndefined()
    }
    expect(await told(w)).toEqual([
      'session.opened by user:u_bob',
      'session.ended by user:u_bob',
      'session.opened by user:u_bob',
      'session.ended by user:u_bob',
    ])
  })

  it('human:sign-in — neither the secret nor the code is anywhere in the store', async () => {
    const store = memoryStore()
    const seen: unknown[] = []
    const watched = new Proxy(store, {
      get: (target, name: keyof typeof store) => {
        const method = target[name] as (...given: unknown[]) => unknown
        return (...given: unknown[]) => {
          seen.push(given)
          return method.apply(target, given)
        }
      },
    })
    const { operations } = (await world({ store: watched })).authority
    const { session } = await operations.signIn({ user: 'u_bob', password: PASSWORD })
    const { code } = await operations.createSignInLink({ userId: 'u_bob' })
    await operations.redeemSignInLink({ code })
    await operations.readSession({ session })
    await operations.setPassword({ userId: 'u_alice', password: 'another one of twelve' })
    const all = JSON.stringify([seen, await store.audit()])
    for (const secret of [session, code, PASSWORD, 'another one of twelve'])
      expect(all).not.toContain(secret)
  })

  it('human:sign-in — a wrong password, a user without one and a name nobody has are refused alike, at one cost', async () => {
    const w = await world({ rates: { signIn: 0 } })
    const { operations } = w.authority
    const tries = [
      { user: 'u_bob', password: 'wrong' },
      { user: 'u_alice', password: PASSWORD },
      { user: 'nobody', password: PASSWORD },
    ]
    const took: number[] = []
    const said: string[] = []
    await codeOf(operations.signIn(tries[2] as never))
    for (const each of tries) {
      const rounds: number[] = []
      for (let round = 0; round < 3; round++) {
        const begun = performance.now()
        const error = await operations.signIn(each).catch((thrown) => thrown)
        rounds.push(performance.now() - begun)
        said.push(`${error.code} ${error.message}`)
      }
      took.push(Math.min(...rounds))
    }
    expect(new Set(said).size).toBe(1)
    expect(said[0]).toContain('invalid_credentials')
    // Each pays for one hash, some 60 ms; without it the refusal takes less than one.
    for (const each of took) expect(each).toBeGreaterThan(Math.max(...took) / 10)
    expect(await told(w)).toEqual(Array(3).fill('sign-in.refused by user:u_bob'))
    const nameless = await operations.readAudit({ chain: 'sign-in' })
    expect(nameless.length).toBe(4)
    expect(JSON.stringify(nameless)).not.toContain('nobody"}')
    expect(nameless.every(({ data }) => data === '{}')).toBe(true)
  })

  it('human:sign-in — tries are bounded for each name before anything is hashed, and for all together', async () => {
    const w = await world({ rates: { signIn: 2 } })
    const { operations } = w.authority
    const right = { user: 'u_bob', password: PASSWORD }
    const wrong = { user: 'U_BOB', password: 'wrong' }
    const codes = await Promise.all(
      [wrong, wrong, wrong, wrong].map((each) => codeOf(operations.signIn(each))),
    )
    expect(codes.sort()).toEqual([
      'invalid_credentials',
      'invalid_credentials',
      'rate_limit_exceeded',
      'rate_limit_exceeded',
    ])
    expect(await codeOf(operations.signInForToken(right))).toBe('rate_limit_exceeded')
    const other = { user: 'bob@acme-corp.com', password: PASSWORD }
    expect(await codeOf(operations.signIn(other))).toBe('done')
    const names = Array.from({ length: 30 }, (_, nth) => `nobody ${nth}`)
    const many = await Promise.all(
      names.map((user) => codeOf(operations.signIn({ user, password: 'x' }))),
    )
    expect(many.filter((code) => code === 'invalid_credentials').length).toBe(14)
    // A link is no password: nobody locks its owner out by guessing.
    const { code } = await operations.createSignInLink({ userId: 'u_bob' })
    expect(await codeOf(operations.redeemSignInLink({ code: 'guessed' }))).toBe(
      'rate_limit_exceeded',
    )
    expect(await codeOf(operations.redeemSignInLink({ code }))).toBe('done')
    w.clock.advance(60_000)
    expect(await codeOf(operations.signIn(right))).toBe('done')
  })

  it('human:sign-in — a link works once, for ten minutes', async () => {
    const w = await world()
    const { operations } = w.authority
    const first = await operations.createSignInLink({ userId: 'u_alice' })
    const opened = await operations.redeemSignInLink({ code: first.code })
    expect(opened.user.id).toBe('u_alice')
    expect(await codeOf(operations.redeemSignInLink({ code: first.code }))).toBe(
      'invalid_credentials',
    )
    const late = await operations.createSignInLink({ userId: 'u_alice' })
    expect(late.expiresAt).toBe(w.clock.now() + 600_000)
    w.clock.advance(600_000)
    expect(await codeOf(operations.redeemSignInLink({ code: late.code }))).toBe(
      'invalid_credentials',
    )
    expect(await codeOf(operations.createSignInLink({ userId: 'nobody' }))).toBe('user_not_found')
    expect(await told(w, 'user:u_alice')).toEqual([
      'link.made by authority',
      'session.opened by user:u_alice',
      'link.made by authority',
    ])
  })

  it('human:session — ends when nobody is there, at its end, and its secret is changed on the way', async () => {
    const w = await world({ limits: { sessionMs: 40 * 60_000, sessionIdleMs: 20 * 60_000 } })
    const { operations } = w.authority
    const first = await operations.signIn({ user: 'u_bob', password: PASSWORD })
    const read = (session: string, background = false) =>
      operations.readSession({ session, background })
    w.clock.advance(14 * 60_000)
    expect((await read(first.session))?.session).toBeUndefined()
    w.clock.advance(60_000)
    // A feed changes nothing: nobody would see the other secret.
    expect((await read(first.session, true))?.session).toBeUndefined()
    const both = await Promise.all([read(first.session), read(first.session)])
    const [second, ...more] = both.flatMap((each) => each?.session ?? [])
    expect(more).toEqual([])
    expect(await read(second ?? '')).toMatchObject({ key: first.key, user: { id: 'u_bob' } })
    expect(await read(first.session)).toMatchObject({ key: first.key })
    w.clock.advance(30_000)
    expect(await read(first.session)).toBeUndefined()
    expect(await read(second ?? '')).toBeDefined()
    w.clock.advance(19 * 60_000)
    expect((await read(second ?? '', true))?.key).toBe(first.key)
    w.clock.advance(60_000)
    expect(await read(second ?? '')).toBeUndefined()
    const busy = await operations.signIn({ user: 'u_bob', password: PASSWORD })
    let secret = busy.session
    for (let minute = 0; minute < 39; minute++) {
      w.clock.advance(60_000)
      const now = await read(secret)
      expect(now?.key).toBe(busy.key)
      secret = now?.session ?? secret
    }
    w.clock.advance(60_000)
    expect(await read(secret)).toBeUndefined()
  })

  it('human:session — a new password ends them, wins over the options, and one’s own needs the old one', async () => {
    const w = await world()
    const { operations } = w.authority
    const { session } = await operations.signIn({ user: 'u_bob', password: PASSWORD })
    const by = { user: 'u_bob' }
    const userId = 'u_bob'
    const password = 'another one of twelve'
    const set = (input: Parameters<typeof operations.setPassword>[0]) =>
      codeOf(operations.setPassword(input))
    expect(await set({ by, userId, password })).toBe('invalid_request')
    expect(await set({ by, userId, password, current: 'wrong' })).toBe('invalid_credentials')
    expect(await set({ by, userId: 'u_alice', password })).toBe('permission_denied')
    expect(await set({ by: { agent: 'u_bob' }, userId, password })).toBe('permission_denied')
    expect(await set({ by, userId, password: 'short', current: PASSWORD })).toBe('invalid_request')
    expect(await operations.readSession({ session })).toBeDefined()
    expect(await set({ by, userId, password, current: PASSWORD })).toBe('done')
    expect(await operations.readSession({ session })).toBeUndefined()
    expect(await codeOf(operations.signIn({ user: userId, password: PASSWORD }))).toBe(
      'invalid_credentials',
    )
    expect(await codeOf(operations.signIn({ user: userId, password }))).toBe('done')
    expect(await set({ by: { user: 'u_root' }, userId: 'u_alice', password })).toBe('done')
    expect(await codeOf(operations.signIn({ user: 'u_alice', password }))).toBe('done')
    const listed = await operations.listUsers({ by: { user: 'u_root' } })
    expect(listed.map(({ id, hasPassword }) => [id, hasPassword])).toEqual([
      ['u_bob', true],
      ['u_alice', true],
      ['u_root', false],
    ])
    expect(JSON.stringify(listed)).not.toContain('scrypt')
    expect(await codeOf(operations.listUsers({ by }))).toBe('permission_denied')
  })

  it('human:sign-in — a token got by password decides like its user, and is in the audit with its end', async () => {
    const w = await world()
    const { operations } = w.authority
    const signed = await operations.signInForToken({
      user: 'u_bob',
      password: PASSWORD,
      ttlSeconds: 60,
    })
    expect(signed).toMatchObject({ expiresIn: 60, user: { id: 'u_bob' } })
    const id = await w.askPerson(await w.openTask())
    expect((await w.call('POST', `/jit/approve/${id}`, signed.accessToken, {})).status).toBe(200)
    await operations.endUserToken({ token: signed.accessToken })
    expect((await w.call('GET', '/jit/pending', signed.accessToken)).status).toBe(401)
    expect(await told(w)).toEqual([
      'user-token.issued by user:u_bob',
      'user-token.ended by user:u_bob',
    ])
  })
})
