import { Hono } from 'hono'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { jitGuard } from '../src/hono.ts'
import { AUDIENCE, PretendAuthority, READ } from './pretend-authority.ts'

let authority: PretendAuthority
beforeEach(async () => {
  authority = await PretendAuthority.open()
})
afterEach(() => authority.close())

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

function documents() {
  const guard = authority.guard()
  return new Hono()
    .get(
      '/documents/:id',
      jitGuard<'/documents/:id'>(guard, (c) => ({ ...READ, identifier: c.req.param('id') })),
      (c) => c.json({ id: c.req.param('id'), task: c.get('jit').taskId }),
    )
    .post('/documents', jitGuard(guard, { ...READ, actions: ['write'] }), async (c) =>
      c.text(await c.req.text()),
    )
    .get('/whoami', jitGuard(guard), (c) => c.text(c.get('jit').agentId))
}

it('lets a call through that its token covers, and hands over what the token says', async () => {
  const response = await documents().request('/documents/doc_9982', bearer(await authority.token()))
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ id: 'doc_9982', task: 'task_1' })
})

it('answers itself when the token does not cover the call', async () => {
  const app = documents()
  const response = await app.request('/documents/doc_1', bearer(await authority.token()))
  expect(response.status).toBe(403)
  const header = response.headers.get('insufficient-authorization-details') ?? ''
  expect(JSON.parse(atob(header))).toEqual({ ...READ, identifier: 'doc_1' })
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect((await app.request('/documents/doc_9982')).status).toBe(401)
})

it('leaves the body to the route', async () => {
  const details = [{ ...READ, actions: ['write'] }]
  const token = await authority.token({ authorization_details: details })
  const post = { ...bearer(token), method: 'POST', body: 'text' }
  const response = await documents().request('/documents', post)
  expect(await response.text()).toBe('text')
})

it('needs no more than a valid token where nothing is required', async () => {
  const app = documents()
  const token = await authority.token({ authorization_details: undefined })
  expect(await (await app.request('/whoami', bearer(token))).text()).toBe('agt_research-bot')
  expect((await app.request(`${AUDIENCE}/whoami`, bearer('a.b.c'))).status).toBe(401)
})
