import { hashSecret } from '@lumojit/authority'
import { describe, expect, it } from 'vitest'
import { ORIGIN, openWorld } from './world.ts'

const sessionOf = (cookies: Map<string, string>) => cookies.get('lumojit-4000-session')

describe('signing in', () => {
  it('by a link, opens a session by a press of the button, once', async () => {
    const w = await openWorld()
    const { code } = await w.operations.createSignInLink({ userId: 'u_you' })
    const own = w.browser()
    for (let preview = 0; preview < 3; preview++)
      expect((await own.get('/console/sign-in/link')).status).toBe(200)
    const entered = await own.post('/console/sign-in/link', { code })
    expect([entered.status, entered.location]).toEqual([303, '/console/'])
    expect((await own.get('/console/')).text).toContain('u_you')

    const other = w.browser()
    await other.get('/console/sign-in/link')
    const again = await other.post('/console/sign-in/link', { code })
    expect(again.status).toBe(401)
    expect(sessionOf(other.cookies)).toBeUndefined()
  })

  it('takes a password, and says no more than that it was wrong', async () => {
    const passwordHash = await hashSecret('correct horse battery')
    const w = await openWorld({
      users: [{ id: 'u_you', email: 'you@acme-corp.com', rights: ['jit.approve'], passwordHash }],
    })
    const own = w.browser()
    await own.get('/console/sign-in')
    const told: string[] = []
    for (const user of ['u_you', 'u_nobody']) {
      const refused = await own.post('/console/sign-in', { user, password: 'guess' })
      expect(refused.status).toBe(401)
      told.push(/role="alert">(.*?)<\/p>/.exec(refused.text)?.[1] ?? '')
    }
    expect(told[0]).toBe(told[1])
    const right = { user: 'u_you', password: 'correct horse battery' }
    expect((await own.post('/console/sign-in', right)).location).toBe('/console/')
  })

  it('goes on to the page that was wanted, and never to another site', async () => {
    const w = await openWorld()
    const wanted = await w.browser().get('/console/tasks?state=active')
    expect(wanted.location).toBe('/console/sign-in?next=%2Fconsole%2Ftasks%3Fstate%3Dactive')
    for (const [next, location] of [
      ['/console/tasks?state=active', '/console/tasks?state=active'],
      ['https://evil.example/console/', '/console/'],
      ['//evil.example/console/', '/console/'],
      ['/console/..//evil.example', '/console/'],
      ['/console/\\evil.example', '/console/'],
      ['/orgs/acme-corp', '/console/'],
    ] as const) {
      const { code } = await w.operations.createSignInLink({ userId: 'u_you' })
      const own = w.browser()
      await own.get('/console/sign-in/link')
      expect((await own.post('/console/sign-in/link', { code, next })).location).toBe(location)
    }
  })

  it('ends at signing out, for whoever kept the cookie as well', async () => {
    const w = await openWorld()
    const own = await w.signedIn()
    const kept = new Map(own.cookies)
    await own.post('/console/sign-out')
    expect((await own.get('/console/')).location).toBe('/console/sign-in')
    for (const [name, value] of kept) own.cookies.set(name, value)
    expect((await own.get('/console/')).location).toBe('/console/sign-in')
  })
})

describe('cookies', () => {
  it('console:cookies — cannot be read by scripts, and go with no post from another site', async () => {
    const w = await openWorld()
    const own = w.browser()
    const page = await own.get('/console/sign-in/link')
    const { code } = await w.operations.createSignInLink({ userId: 'u_you' })
    const entered = await own.post('/console/sign-in/link', { code })
    const set = [...page.headers.getSetCookie(), ...entered.headers.getSetCookie()]
    expect(set.map((cookie) => cookie.split('=')[0])).toEqual([
      'lumojit-4000-visit',
      'lumojit-4000-session',
    ])
    for (const cookie of set) {
      expect(cookie).toContain('; HttpOnly')
      expect(cookie).toContain('; SameSite=Lax')
      expect(cookie).not.toContain('Secure')
    }
  })

  it('console:cookies — are Secure and this host’s own on https', async () => {
    const w = await openWorld({ url: 'https://auth.acme-corp.com' })
    const own = await w.signedIn()
    expect([...own.cookies.keys()].sort()).toEqual([
      '__Host-lumojit-session',
      '__Host-lumojit-visit',
    ])
    const page = await w.browser().get('/console/sign-in')
    for (const cookie of page.headers.getSetCookie()) {
      expect(cookie).toContain('; Secure')
      expect(cookie).toContain('; Path=/;')
      expect(cookie).not.toContain('Domain')
    }
  })

  it('console:session-changes-at-sign-in — a session that was planted before is not the one that is opened', async () => {
    const w = await openWorld()
    const own = await w.signedIn('u_bob')
    const planted = sessionOf(own.cookies) ?? ''
    const { code } = await w.operations.createSignInLink({ userId: 'u_you' })
    await own.post('/console/sign-in/link', { code })
    expect(sessionOf(own.cookies)).not.toBe(planted)
    expect(await w.operations.readSession({ session: planted })).toBeUndefined()
  })
})

it('is found without a slash at the end, and answers nothing outside its path', async () => {
  const w = await openWorld()
  expect((await w.browser().get('/console')).location).toBe('/console/')
  expect(await w.console.fetch(new Request(`${ORIGIN}/consoles`))).toBeUndefined()
  expect((await w.browser().get('/orgs/acme-corp/api/v1/.well-known/jwks.json')).text).toContain(
    '"keys"',
  )
})
