import { describe, expect, it } from 'vitest'
import {
  ALICE,
  fieldsOf,
  isActive,
  openWorld,
  PAYMENT,
  redeem,
  statusOf,
  type World,
} from './world.ts'

const READ = { user: 'u_you' } as const
const read = (w: World, requestId: string) => w.operations.readRequest({ by: READ, requestId })
const EXPORT = [
  { type: 'export', actions: ['read', 'delete'], identifier: 'customers' },
  { type: 'audit_log', actions: ['write'] },
]

describe('the inbox', () => {
  it('says what to do while nothing waits', async () => {
    const own = await (await openWorld()).signedIn()
    expect((await own.get('/console/')).text).toContain('Nothing waits')
  })

  it('shows who asks, for whom, what, how often, why, and how long there is', async () => {
    const w = await openWorld()
    await w.ask(await w.openTask('Pay the invoices of October', ALICE), {
      reuse: 'task',
      justification: 'It is due.',
    })
    const { text } = await (await w.signedIn()).get('/console/')
    for (const shown of [
      'Invoice bot',
      ALICE,
      'Pay the invoices of October',
      'inv_204',
      'for this task',
      'It is due.',
      'critical',
      ' left<',
      '(1) Inbox',
    ])
      expect(text).toContain(shown)
  })

  it('console:riskiest-first — and in pages of fifty, however many wait', async () => {
    const w = await openWorld({
      limits: { openRequests: 100 },
      rules: {
        judge: ({ details }) => ({
          risk: details[0].type === 'wipe' ? 'critical' : 'high',
          decision: 'ask',
        }),
      },
    })
    const taskId = await w.openTask()
    for (let nth = 0; nth < 60; nth++)
      await w.ask(taskId, { details: { type: 'crm', identifier: `c${nth}` } })
    const last = await w.ask(taskId, { details: { type: 'wipe' } })
    const own = await w.signedIn()
    const first = (await own.get('/console/')).text
    const ids = [...first.matchAll(/id="row-(jit_[\w-]+)"/g)].map(([, id]) => id)
    expect(ids).toHaveLength(50)
    expect(ids[0]).toBe(last)
    const next = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const rest = [...(await own.get(next)).text.matchAll(/id="row-(jit_[\w-]+)"/g)].map(
      ([, id]) => id,
    )
    expect(rest).toHaveLength(11)
    expect(new Set([...ids, ...rest]).size).toBe(61)
  })
})

describe('deciding', () => {
  it('approves once what was asked, whatever it is made of, and the agent goes on', async () => {
    const w = await openWorld()
    const taskId = await w.openTask()
    const own = await w.signedIn()
    for (const details of [PAYMENT, EXPORT, { type: 'payment' }]) {
      const requestId = await w.ask(taskId, { details, reuse: 'task' })
      const { text } = await own.get(`/console/requests/${requestId}`)
      const form = { ...fieldsOf(text), reuse: 'once' }
      const done = await own.post(`/console/requests/${requestId}/approve`, form)
      expect([done.status, done.location]).toEqual([303, `/console/?decided=${requestId}`])
      expect(await statusOf(w, requestId)).toBe('approved')
      const { request } = await read(w, requestId)
      expect([request.reuse, request.granted]).toEqual(['once', [details].flat()])
      expect((await own.get(done.location ?? '')).text).toContain('Undo: revoke it')
    }
  })

  it('console:narrows-by-position — approves less of it, for a shorter time, for the task', async () => {
    const w = await openWorld()
    const requestId = await w.ask(await w.openTask(), { details: EXPORT })
    const own = await w.signedIn()
    const form = {
      reuse: 'task',
      'keep-0': 'all',
      'keep-0-actions': '0',
      ttl: '60',
      agent_message: 'Reading will do.',
      notes: 'asked Bob',
    }
    await own.get(`/console/requests/${requestId}`)
    await own.post(`/console/requests/${requestId}/approve`, form)
    const { request } = await read(w, requestId)
    expect(request).toMatchObject({
      state: 'approved',
      reuse: 'task',
      ttlSeconds: 60,
      granted: [{ type: 'export', actions: ['read'], identifier: 'customers' }],
      agentMessage: 'Reading will do.',
      notes: 'asked Bob',
      decidedBy: 'u_you',
    })
  })

  it('refuses an approval of nothing, and says so beside the form', async () => {
    const w = await openWorld()
    const requestId = await w.ask(await w.openTask(), { details: EXPORT })
    const own = await w.signedIn()
    const refused = await own.post(`/console/requests/${requestId}/approve`, { reuse: 'once' })
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('Nothing would be left')
    expect(await statusOf(w, requestId)).toBe('pending')
  })

  it('denies with words for the agent and a note that stays inside', async () => {
    const w = await openWorld()
    const requestId = await w.ask(await w.openTask())
    const own = await w.signedIn()
    await own.post(`/console/requests/${requestId}/deny`, {
      agent_message: 'Not this month.',
      notes: 'looks odd',
    })
    const view = await w.operations.readStatus({ by: { agent: 'invoice-bot' }, requestId })
    expect(view.status).toBe('denied')
    expect((await read(w, requestId)).request).toMatchObject({
      agentMessage: 'Not this month.',
      notes: 'looks odd',
    })
  })

  it('console:undo — takes back what was approved: its token is dead, and the same stays denied', async () => {
    const w = await openWorld()
    const taskId = await w.openTask()
    const requestId = await w.ask(taskId)
    const own = await w.signedIn()
    await own.post(`/console/requests/${requestId}/approve`, { reuse: 'task', 'keep-0': 'all' })
    const { accessToken } = await redeem(w, requestId)
    expect(await isActive(w, accessToken)).toBe(true)
    await own.post(`/console/requests/${requestId}/revoke`)
    expect(await isActive(w, accessToken)).toBe(false)
    expect(await statusOf(w, await w.ask(taskId))).toBe('denied')
  })

  it('tells who comes too late that somebody else has decided, with how it stands', async () => {
    const w = await openWorld()
    const requestId = await w.ask(await w.openTask())
    const [first, second] = [await w.signedIn(), await w.signedIn('u_bob')]
    await first.post(`/console/requests/${requestId}/deny`)
    const late = await second.post(`/console/requests/${requestId}/approve`, {
      reuse: 'once',
      'keep-0': 'all',
    })
    expect(late.status).toBe(409)
    expect(late.text).toContain('can no longer be approved')
    expect(late.text).toContain('class="outcome denied"')
    expect(await statusOf(w, requestId)).toBe('denied')
  })
})

describe('rights', () => {
  it('console:rights — who may only look finds no button, and a forged post does nothing', async () => {
    const w = await openWorld()
    const taskId = await w.openTask()
    const requestId = await w.ask(taskId)
    const auditor = await w.signedIn('u_eve')
    const page = await auditor.get(`/console/requests/${requestId}`)
    expect(page.status).toBe(200)
    expect(page.text).not.toMatch(/\/(approve|deny|revoke)"/)
    for (const act of ['approve', 'deny', 'revoke'])
      expect(
        (await auditor.post(`/console/requests/${requestId}/${act}`, { 'keep-0': 'all' })).status,
      ).toBe(403)
    expect((await auditor.post(`/console/tasks/${taskId}/end`)).status).toBe(403)
    expect(await statusOf(w, requestId)).toBe('pending')
    const stranger = await w.signedIn('u_alice')
    expect((await stranger.get('/console/')).text).toContain('You may see nothing here yet')
    expect((await stranger.get(`/console/requests/${requestId}`)).status).toBe(403)
  })

  it('console:not-for-oneself — whom a task is done for does not approve in it', async () => {
    const w = await openWorld()
    const requestId = await w.ask(await w.openTask('For Bob', 'bob@acme-corp.com'))
    const bob = await w.signedIn('u_bob')
    expect((await bob.get(`/console/requests/${requestId}`)).text).not.toContain('/approve"')
    const forged = await bob.post(`/console/requests/${requestId}/approve`, {
      reuse: 'once',
      'keep-0': 'all',
    })
    expect(forged.status).toBe(403)
    expect(await statusOf(w, requestId)).toBe('pending')
  })
})

it('console:agents-text-is-inert — in every field an agent fills, on every page that shows it', async () => {
  const w = await openWorld({ rules: { judge: () => ({ risk: 'high', decision: 'ask' }) } })
  const attack = (nth: number) =>
    `"><img src=x onerror=alert(${nth})><script>x${nth}</script>'\u202e`
  const taskId = await w.openTask(attack(1))
  const details = {
    type: attack(2),
    actions: [attack(3), 'read'],
    locations: [attack(4)],
    datatypes: [attack(5)],
    privileges: [attack(6)],
    identifier: attack(7),
    [attack(8)]: { [attack(9)]: attack(10) },
  }
  const requestId = await w.ask(taskId, { details, justification: attack(11) })
  const own = await w.signedIn()
  await own.get('/console/')
  await own.post(`/console/requests/${requestId}/approve`, {
    reuse: 'task',
    'keep-0': 'all',
    'keep-0-actions': ['0', '1'],
    agent_message: attack(12),
    notes: attack(13),
  })
  await redeem(w, requestId)
  await w.ask(taskId, { details: { ...details, identifier: attack(14) } })
  const pages = [
    '/',
    `/?decided=${requestId}`,
    `/requests/${requestId}`,
    '/tasks',
    `/tasks/${taskId}`,
    '/grants',
    '/audit',
    `/rules?request=${requestId}`,
  ]
  for (const path of pages) {
    const { status, text } = await own.get(`/console${path}`)
    expect([path, status]).toEqual([path, 200])
    expect(text, path).not.toMatch(/<img|<script(?! src=)|\u202e/)
    expect(text, path).toContain('&lt;')
  }
  expect((await own.get(`/console/requests/${requestId}`)).text).toContain('It may be untrue')
})
