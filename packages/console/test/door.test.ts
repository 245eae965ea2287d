import { describe, expect, it } from 'vitest'
import { type Browser, openWorld, statusOf, type World } from './world.ts'

/** Everything that changes anything, with a form that would do it. */
const acts = (requestId: string, taskId: string) =>
  [
    [`/console/requests/${requestId}/approve`, { reuse: 'once', 'keep-0': 'all' }],
    [`/console/requests/${requestId}/deny`, {}],
    [`/console/requests/${requestId}/revoke`, {}],
    [`/console/tasks/${taskId}/end`, {}],
    ['/console/agents', { id: 'planted' }],
    ['/console/agents/invoice-bot/rotate', {}],
    ['/console/agents/invoice-bot/suspend', {}],
    ['/console/agents/invoice-bot/resume', {}],
    ['/console/webhooks/evt_1/retry', {}],
    ['/console/audit/verify', {}],
    ['/console/rules', { details: '{"type":"crm"}' }],
    ['/console/theme', { theme: 'dark' }],
    ['/console/sign-out', {}],
  ] as const

const nothingChanged = async (w: World, requestId: string, taskId: string) => {
  expect(await statusOf(w, requestId)).toBe('pending')
  expect((await w.operations.readTask({ by: { user: 'u_you' }, taskId })).status).toBe('active')
  const { items } = await w.operations.listAgents({ by: { user: 'u_you' } })
  expect(items.map(({ id, state, rotatedAt }) => [id, state, rotatedAt])).toEqual([
    ['invoice-bot', 'active', undefined],
  ])
}

const scene = async (): Promise<{ w: World; own: Browser; requestId: string; taskId: string }> => {
  const w = await openWorld()
  const taskId = await w.openTask()
  const requestId = await w.ask(taskId)
  return { w, own: await w.signedIn(), requestId, taskId }
}

describe('a post', () => {
  it('console:csrf — without the form’s own token changes nothing, whoever is signed in', async () => {
    const { w, own, requestId, taskId } = await scene()
    const stranger = await w.signedIn('u_bob')
    const foreign =
      /name="csrf" value="([\w-]+)"/.exec((await stranger.get('/console/')).text)?.[1] ?? ''
    for (const [path, form] of acts(requestId, taskId))
      for (const csrf of ['', 'x'.repeat(43), foreign])
        expect([path, (await own.post(path, { ...form, csrf })).status]).toEqual([path, 403])
    await nothingChanged(w, requestId, taskId)
  })

  it('console:own-origin — from another site, another port, or from nowhere, changes nothing', async () => {
    const { w, own, requestId, taskId } = await scene()
    const from: Record<string, string>[] = [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'http://127.0.0.1:4001', 'sec-fetch-site': 'same-site' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { origin: 'http://127.0.0.1:4000', 'sec-fetch-site': 'cross-site' },
      // The same machine under another of its names is another origin.
      { origin: 'http://localhost:4000', 'sec-fetch-site': 'same-origin' },
    ]
    for (const [path, form] of acts(requestId, taskId))
      for (const headers of from)
        expect([path, (await own.post(path, form, headers)).status]).toEqual([path, 403])
    await nothingChanged(w, requestId, taskId)
  })

  it('console:own-origin — that says nothing of where it comes from is not taken', async () => {
    const { w, own, requestId, taskId } = await scene()
    const csrf = /name="csrf" value="([\w-]+)"/.exec((await own.get('/console/')).text)?.[1] ?? ''
    const cookie = [...own.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const send = (headers: Record<string, string>) =>
      w.authority.fetch(
        new Request(`${w.authority.url}/console/requests/${requestId}/deny`, {
          method: 'POST',
          headers: { cookie, ...headers },
          body: new URLSearchParams({ csrf }),
        }),
      )
    expect((await send({})).status).toBe(403)
    await nothingChanged(w, requestId, taskId)
    expect((await send({ 'sec-fetch-site': 'same-origin' })).status).toBe(303)
  })

  it('is a form of at most 64 KiB', async () => {
    const { own, requestId } = await scene()
    const path = `/console/requests/${requestId}/deny`
    expect((await own.post(path, { notes: 'x'.repeat(70_000) })).status).toBe(413)
    expect((await own.post(path, {}, { 'content-type': 'application/json' })).status).toBe(415)
  })
})

it('console:get-changes-nothing — the paths of acts are no pages', async () => {
  const { w, own, requestId, taskId } = await scene()
  for (const [path, form] of acts(requestId, taskId)) {
    const query = new URLSearchParams({ ...form, csrf: 'x' })
    const { status } = await own.get(`${path}?${query}`)
    expect([path, status === 404 || ['/console/agents', '/console/rules'].includes(path)]).toEqual([
      path,
      true,
    ])
  }
  await nothingChanged(w, requestId, taskId)
})

it('console:own-host — a name that was rebound to this address gets nothing', async () => {
  const { w, own } = await scene()
  const cookie = [...own.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  for (const host of ['evil.example', 'evil.example:4000', '127.0.0.1.nip.io:4000']) {
    const answer = await w.authority.fetch(
      new Request(`${w.authority.url}/console/`, { headers: { cookie, host } }),
    )
    expect(answer.status).toBe(421)
    expect(await answer.text()).not.toContain('Inbox')
  }
})

describe('every answer', () => {
  const PAGES = [
    '/',
    '/tasks',
    '/grants',
    '/audit',
    '/rules',
    '/agents',
    '/webhooks',
    '/sign-in',
    '/sign-in/link',
    '/nowhere',
  ]

  it('console:no-inline — forbids inline script, inline style, eval, frames and forms to elsewhere; and has none', async () => {
    const { own, requestId, taskId } = await scene()
    for (const path of [...PAGES, `/requests/${requestId}`, `/tasks/${taskId}`]) {
      const { headers, text } = await own.get(`/console${path}`)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("base-uri 'none'")
      expect(policy).toContain("form-action 'self'")
      expect(policy).toContain('script-src http://127.0.0.1:4000/console/assets/;')
      expect(policy).not.toMatch(/unsafe|\*|https?:\/\/(?!127\.0\.0\.1:4000\/console\/assets\/)/)
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('no-store')
      // No script without src, no style, no handler, nothing that htmx would evaluate.
      expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:/i)
      expect(text).not.toMatch(/hx-on|hx-vals|hx-headers|js:|hx-trigger="[^"]*\[/)
      for (const [, address] of text.matchAll(
        /(?:src|href|action|hx-get|hx-sse:connect)="([^"]*)"/g,
      ))
        expect(address).toMatch(/^(\/console\/|#main$)/)
    }
  })

  it('is nothing to who is not signed in, but the way in', async () => {
    const { w, requestId, taskId } = await scene()
    const stranger = w.browser()
    const rooms = [
      '/',
      '/tasks',
      '/grants',
      '/audit',
      '/audit/export',
      '/rules',
      '/agents',
      '/webhooks',
      '/live',
      `/requests/${requestId}`,
      `/tasks/${taskId}`,
    ]
    for (const path of rooms) {
      const { status, location } = await stranger.get(`/console${path}`)
      expect([path, status]).toEqual([path, 303])
      expect(location).toMatch(/^\/console\/sign-in/)
      expect((await stranger.get(`/console${path}`, { 'hx-request': 'true' })).status).toBe(401)
    }
    await stranger.get('/console/sign-in')
    for (const [path, form] of acts(requestId, taskId).slice(0, 11))
      expect([path, (await stranger.post(path, form)).status]).toEqual([path, 401])
    await nothingChanged(w, requestId, taskId)
  })
})

it('console:rates — a session that loads or posts more than a person does is told to wait', async () => {
  const w = await openWorld({}, { limits: { reads: 20, posts: 3 }, now: () => 1_700_000_000_000 })
  const own = await w.signedIn()
  const posts = [
    await own.post('/console/audit/verify'),
    await own.post('/console/audit/verify'),
    await own.post('/console/audit/verify'),
  ]
  expect(posts.map(({ status }) => status)).toEqual([200, 200, 200])
  const refused = await own.post('/console/audit/verify')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
  const reads = await Promise.all(Array.from({ length: 25 }, () => own.get('/console/grants')))
  expect(reads.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(5)
})

it('console:rates — who is not signed in uses up nobody else’s tries', async () => {
  const w = await openWorld({}, { limits: { posts: 3 }, now: () => 1_700_000_000_000 })
  const stranger = w.browser()
  await stranger.get('/console/sign-in/link')
  const tries = []
  for (let nth = 0; nth < 5; nth++)
    tries.push((await stranger.post('/console/sign-in/link', { code: 'guess' })).status)
  expect(tries).toEqual([401, 401, 401, 429, 429])
  const own = await w.signedIn()
  expect((await own.get('/console/')).status).toBe(200)
})
