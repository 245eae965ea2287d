import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { collect, done, faultOf, paused, stage, toolCall } from './stage.ts'

const url = 'https://agent.acme-corp.com/hooks/lumojit'
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`
const secret = newSecret()

interface Post {
  readonly body?: string
  readonly at?: number
  readonly by?: string
  readonly headers?: Readonly<Record<string, string>>
}

const told = (ref: { readonly taskId: string; readonly requestId: string }) =>
  JSON.stringify({
    type: 'jit.request.approved',
    data: { request_id: ref.requestId, task_id: ref.taskId, status: 'approved' },
  })

/** As the authority signs: Standard Webhooks. */
function posted({ body = '', at = 0, by = secret, headers = {} }: Post): Request {
  const time = String(Math.floor(at / 1000))
  const signed = createHmac('sha256', Buffer.from(by.slice(6), 'base64'))
    .update(`evt_1.${time}.${body}`)
    .digest('base64')
  return new Request(url, {
    method: 'POST',
    body,
    headers: {
      'webhook-id': 'evt_1',
      'webhook-timestamp': time,
      'webhook-signature': `v1,${signed}`,
      ...headers,
    },
  })
}

const ref = { taskId: 'task_1', requestId: 'req_1' }

describe('callbacks', () => {
  it('callback:verified — what the authority signed names the request, by an old or a new secret', async () => {
    const world = await stage()
    const next = newSecret()
    const jit = world.jit({ callback: { url, secret: [next, secret] } })
    const at = world.clock.now()
    for (const by of [secret, next])
      expect(await jit.readCallback(posted({ body: told(ref), at, by }))).toEqual(ref)
    const two = posted({ body: told(ref), at }).headers.get('webhook-signature')
    const headers = { 'webhook-signature': `v1a,AAAA v1,AAAA ${two}` }
    expect(await jit.readCallback(posted({ body: told(ref), at, headers }))).toEqual(ref)
  })

  it.each<[string, (now: number) => Post, string]>([
    ['signed by another', (at) => ({ body: told(ref), at, by: newSecret() }), 'forged'],
    [
      'changed on the way',
      (at) => {
        const signature = posted({ body: told(ref), at }).headers.get('webhook-signature') ?? ''
        const body = told({ ...ref, requestId: 'req_2' })
        return { body, at, headers: { 'webhook-signature': signature } }
      },
      'forged',
    ],
    ['kept for six minutes', (at) => ({ body: told(ref), at: at - 360_000 }), 'expired'],
    ['of a time to come', (at) => ({ body: told(ref), at: at + 360_000 }), 'expired'],
    [
      'without a signature',
      (at) => ({ body: told(ref), at, headers: { 'webhook-signature': '' } }),
      'unsigned',
    ],
    ['no JSON', (at) => ({ body: 'approved!', at }), 'unreadable'],
    ['without a request', (at) => ({ body: '{"data":{"task_id":"task_1"}}', at }), 'unreadable'],
    ['endless', (at) => ({ body: ' '.repeat(70_000) + told(ref), at }), 'unreadable'],
  ])('callback:verified — one that is %s is put aside, with an event', async (_, post, reason) => {
    const world = await stage()
    const { events, onEvent } = collect()
    const jit = world.jit({ callback: { url, secret }, onEvent })
    expect(await jit.readCallback(posted(post(world.clock.now())))).toBeUndefined()
    expect(events).toEqual([expect.objectContaining({ type: 'callback-rejected', reason })])
  })

  it('callback:verified — without a secret nothing is a callback', async () => {
    const world = await stage()
    const at = world.clock.now()
    expect(await world.jit().readCallback(posted({ body: told(ref), at }))).toBeUndefined()
  })

  it.each([
    ['a secret of another make', { url, secret: 'hunter2' }],
    ['a short secret', { url, secret: 'whsec_MDEy' }],
    ['no secret at all', { url, secret: [] }],
    ['no URL', { url: 'hooks', secret }],
    ['another scheme', { url: 'ftp://agent.acme-corp.com/x', secret }],
  ])('callback:verified — %s is said at once', async (_, callback) => {
    const world = await stage()
    const fault = await faultOf((async () => world.jit({ callback }))())
    expect(fault.code).toBe('CONFIG_INVALID')
    expect(`${fault.message} ${fault.fix}`).not.toContain('hunter2')
  })

  const agents = [
    {
      id: 'agt_research-bot',
      secret: 'the-secret-of-the-research-bot',
      callbacks: { origins: [new URL(url).origin], secret },
    },
  ]

  it('callback:wakes-only — a forged word decides nothing, nor does a true one: the authority is read', async () => {
    const world = await stage({ authority: { agents } })
    const jit = world.jit({ callback: { url, secret } })
    const task = await jit.openTask()
    const call = () =>
      jit.callTool(toolCall(task, {}), ({ fetch }) => fetch(`${world.api.url}/v1/vault/v1`))
    paused(await call())
    const [question] = await world.human.waitForPending(1)
    const about = { taskId: task.id ?? '', requestId: question?.requestId ?? '' }
    const at = world.clock.now()
    expect(await jit.readCallback(posted({ body: told(about), at }))).toEqual(about)
    paused(await call())
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 0 })
    await world.human.approve(about.requestId)
    expect(done(await call()).status).toBe(200)
    await task.complete()
  })

  it('callback:wakes-only — the authority posts the decision, and a call that looks at intervals looks at once', async () => {
    const world = await stage({ authority: { agents } })
    world.faults.ignoreWait()
    const jit = world.jit({ callback: { url, secret } })
    const received: unknown[] = []
    const working = world.authority.work({
      post: async (to, { body, headers }) => {
        received.push(await jit.readCallback(new Request(to, { method: 'POST', body, headers })))
        return 204
      },
    })
    await jit.runTask({}, async (task) => {
      const waiting = task.fetch(`${world.api.url}/v1/vault/v1`)
      const [question] = await world.human.waitForPending(1)
      await world.clock.advance(60_000)
      const asleep = world.clock.now()
      await world.human.approve(question?.requestId ?? '')
      expect((await waiting).status).toBe(200)
      expect(world.clock.now()).toBe(asleep)
      expect(received).toEqual([{ taskId: task.id, requestId: question?.requestId }])
    })
    world.authority.close()
    await working
  })

  it('callback:wakes-only — a URL that is not registered for the agent is refused by the authority', async () => {
    const world = await stage()
    const jit = world.jit({ callback: { url, secret } })
    const fault = await faultOf(
      jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/vault/v1`)),
    )
    expect(fault.code).toBe('AUTHORITY_REJECTED')
    expect(world.counts()).toMatchObject({ requests: 0 })
  })
})
