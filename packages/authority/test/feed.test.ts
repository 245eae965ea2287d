import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { API, openWorld, PAYMENT, READING, type World } from './world.ts'

const hash = (text: string) => createHash('sha256').update(text).digest('base64url')
const jtiOf = (token: string) => decodeJwt(token).jti ?? ''
const MARGIN = 60

interface Line {
  readonly id?: number
  readonly event?: string
  readonly data?: unknown
}

/** Reads the feed block by block. */
const openFeed = async (w: World) => {
  const leave = new AbortController()
  const request = new Request(`http://127.0.0.1:4000${w.base}/jit/events`, { signal: leave.signal })
  const response = await w.authority.fetch(request)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let buffer = ''
  const next = async (): Promise<Line | string | undefined> => {
    while (!buffer.includes('\n\n')) {
      const { value, done } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) return undefined
      buffer += value
    }
    const block = buffer.slice(0, buffer.indexOf('\n\n'))
    buffer = buffer.slice(block.length + 2)
    if (block.startsWith(':')) return block
    const field = (name: string) => block.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1]
    const id = field('id')
    return {
      ...(id !== undefined && { id: Number(id) }),
      event: field('event') ?? '',
      data: JSON.parse(field('data') ?? 'null'),
    }
  }
  const upTo = async (event: string) => {
    const lines: Line[] = []
    for (;;) {
      const line = await next()
      if (typeof line !== 'object') throw new Error(`the feed ended before ${event}`)
      if (line.event === event) return lines
      lines.push(line)
    }
  }
  return { response, next, upTo, leave: () => leave.abort(), cancel: () => reader?.cancel() }
}

const grant = async (w: World, task: string, more: object = {}) => {
  const id = await w.askPerson(task, more)
  await w.approve(id)
  return { id, token: await w.redeem(id) }
}

describe('the revocation feed', () => {
  it('needs no authentication, and starts with ready when there is nothing to tell', async () => {
    const w = await openWorld()
    const feed = await openFeed(w)
    expect(feed.response.status).toBe(200)
    expect(feed.response.headers.get('content-type')).toBe('text/event-stream')
    expect(feed.response.headers.get('cache-control')).toBe('no-store')
    expect(await feed.next()).toEqual({ event: 'ready', data: {} })
    feed.leave()
  })

  it('names each dead token by the hash of its jti, in order, at once', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const feed = await openFeed(w)
    await feed.upTo('ready')
    const { id, token } = await grant(w, task)
    const second = await w.redeem(id)
    await w.authority.operations.revokeToken({
      client: { kind: 'agent', id: 'agt_1' },
      token: second,
    })
    const third = await w.redeem(id)
    await w.call('POST', `/jit/revoke/${id}`, w.approver)
    for (const [index, dead] of [token, second, third].entries()) {
      const exp = (decodeJwt(dead).exp ?? 0) + MARGIN
      const line = await feed.next()
      expect(line).toEqual({
        id: index + 1,
        event: 'revoked',
        data: { token: hash(jtiOf(dead)), exp },
      })
    }
    feed.leave()
  })

  it('tells of every token that a parallel redemption killed, without waiting for a beat', async () => {
    const w = await openWorld()
    const id = await w.askPerson(await w.openTask())
    await w.approve(id)
    const feed = await openFeed(w)
    await feed.upTo('ready')
    const redeem = () => w.authority.operations.redeem({ by: { agent: 'agt_1' }, requestId: id })
    const issued = await Promise.all([redeem(), redeem(), redeem()])
    const tokens = issued.map(({ accessToken }) => accessToken)
    const told = [await feed.next(), await feed.next()].map((line) => JSON.stringify(line))
    const alive = await Promise.all(tokens.map(w.isActive))
    for (const [index, token] of tokens.entries())
      expect(told.join().includes(hash(jtiOf(token)))).toBe(!alive[index])
    feed.leave()
  })

  it('names an ended task, until the last of its tokens would have ended', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    await grant(w, task, { requested_ttl: 60 })
    const { token } = await grant(w, task, { requested_ttl: 900, reuse: 'task' })
    const feed = await openFeed(w)
    await feed.upTo('ready')
    await w.call('POST', `/jit/task/${task}/complete`, w.agent)
    const exp = (decodeJwt(token).exp ?? 0) + MARGIN
    expect(await feed.next()).toEqual({
      id: 1,
      event: 'task-ended',
      data: { task: hash(task), exp },
    })
    feed.leave()
  })

  it('tells a newcomer all that still matters before ready, and forgets the rest', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const long = await grant(w, task, { requested_ttl: 900 })
    const short = await grant(w, task, {
      requested_ttl: 60,
      authorization_details: { ...PAYMENT, identifier: 'other' },
    })
    for (const { id } of [long, short]) await w.call('POST', `/jit/revoke/${id}`, w.agent)
    const both = await openFeed(w)
    expect(await both.upTo('ready')).toHaveLength(2)
    w.clock.advance((60 + MARGIN) * 1000)
    const later = await openFeed(w)
    const kept = await later.upTo('ready')
    expect(kept.map((line) => line.data)).toMatchObject([{ token: hash(jtiOf(long.token)) }])
    both.leave()
    later.leave()
  })

  it('holds no token, jti or id in the clear', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const { id, token } = await grant(w, task)
    await w.call('POST', `/jit/revoke/${id}`, w.agent)
    const feed = await openFeed(w)
    const told = JSON.stringify(await feed.upTo('ready'))
    for (const secret of [token, jtiOf(token), id, task]) expect(told).not.toContain(secret)
    expect(told).toContain(hash(jtiOf(token)))
    feed.leave()
  })

  it('gives a sign of life every five seconds', async () => {
    const w = await openWorld()
    const feed = await openFeed(w)
    await feed.upTo('ready')
    for (let beat = 0; beat < 2; beat++) {
      await vi.waitFor(() => expect(w.clock.sleeping).toBe(1), { timeout: 10_000, interval: 1 })
      w.clock.advance(5_000)
      expect(await feed.next()).toBe(': alive')
    }
    feed.leave()
    await vi.waitFor(() => expect(w.clock.sleeping).toBe(0), { timeout: 10_000, interval: 1 })
  })

  it('ends when the authority closes, and takes no more than its limit', async () => {
    const w = await openWorld({ limits: { feeds: 1 } })
    const feed = await openFeed(w)
    await feed.upTo('ready')
    const over = await w.raw(`${w.base}/jit/events`)
    expect([over.status, over.body.code]).toEqual([503, 'too_many_connections'])
    feed.leave()
    for (let n = 0; n < 3; n++) await (await openFeed(w)).cancel()
    for (let n = 0; n < 3; n++)
      expect((await w.raw(`${w.base}/jit/events`, { method: 'HEAD' })).status).toBe(200)
    const next = await openFeed(w)
    await next.upTo('ready')
    w.authority.close()
    expect(await next.next()).toBeUndefined()
  })

  it('tells what the agent gives back (RFC 7009), its own resource tokens included', async () => {
    const w = await openWorld()
    const members = { grant_type: 'client_credentials', client_id: 'agt_1', client_secret: 's' }
    const base = await w.form('/oauth/token', { ...members, resource: API })
    await w.form('/oauth/revoke', { ...members, token: base.body.access_token })
    const body = { task_id: await w.openTask(), authorization_details: READING }
    const { request_id } = (await w.call('POST', '/jit/request', w.agent, body)).body
    const jit = await w.redeem(request_id)
    await w.form('/oauth/revoke', { ...members, token: jit })
    const feed = await openFeed(w)
    expect((await feed.upTo('ready')).map((line) => line.data)).toMatchObject(
      [base.body.access_token, jit].map((token) => ({ token: hash(jtiOf(token)) })),
    )
    feed.leave()
  })
})
