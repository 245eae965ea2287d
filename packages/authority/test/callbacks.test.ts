import { createHmac } from 'node:crypto'
import type { lookup } from 'node:dns'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createPostCallback } from '../src/post-callback.ts'
import { isPublicAddress } from '../src/public-address.ts'
import { openWorld, PAYMENT } from './world.ts'

const SECRET = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz'
const HOOK = 'https://agent.acme-corp.com/hooks/1'
const callbacks = { origins: ['https://agent.acme-corp.com'], secret: SECRET }

const open = async (answers: readonly number[]) => {
  const w = await openWorld({
    agents: [
      { id: 'agt_1', secret: 's', callbacks },
      { id: 'agt_2', secret: 'x' },
    ],
  })
  const sent: { url: string; body: string; headers: Readonly<Record<string, string>> }[] = []
  const working = w.authority.work({
    post: async (url, message) => {
      sent.push({ url, ...message })
      const status = answers[sent.length - 1] ?? 200
      if (status === 0) throw new Error('nobody there')
      return status
    },
  })
  onTestFinished(async () => {
    w.authority.close()
    await working
  })
  const task = await w.openTask()
  const ask = async (callback_url: string = HOOK, more = {}) =>
    w.call('POST', '/jit/request', w.agent, {
      task_id: task,
      authorization_details: PAYMENT,
      callback_url,
      ...more,
    })
  return { w, sent, task, ask }
}

describe('callback_url', () => {
  it('authority:callbacks — is told a decision, signed as Standard Webhooks has it, without notes', async () => {
    const { w, sent, task, ask } = await open([200])
    const id = (await ask()).body.request_id
    await w.approve(id, { notes: 'internal', agent_message: 'once' })
    await expect.poll(() => sent.length).toBe(1)
    const [message] = sent
    expect(message?.url).toBe(HOOK)
    expect(JSON.parse(message?.body ?? '')).toEqual({
      id: `evt_${id}`,
      type: 'jit.request.approved',
      timestamp: '2026-01-30T14:00:00.000Z',
      data: { request_id: id, task_id: task, status: 'approved', agent_message: 'once' },
    })
    const headers = message?.headers ?? {}
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${message?.body}`
    const key = Buffer.from(SECRET.slice(6), 'base64')
    const signature = createHmac('sha256', key).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
    expect(headers['webhook-timestamp']).toBe(String(w.clock.now() / 1000))
  })

  it('authority:callbacks — is tried again later and later, by the same id, and given up in the end', async () => {
    const { w, sent, ask } = await open([500, 0, 301, 500, 500, 500, 500, 500])
    await w.call('POST', `/jit/deny/${(await ask()).body.request_id}`, w.approver)
    await expect.poll(() => sent.length).toBe(1)
    const pauses = [5, 30, 120, 600, 3600, 14_400, 43_200]
    for (const [index, seconds] of pauses.entries()) {
      await expect.poll(() => w.clock.sleeping).toBeGreaterThan(0)
      w.clock.advance(seconds * 1000 - 1)
      await expect.poll(() => w.clock.sleeping).toBeGreaterThan(0)
      expect(sent).toHaveLength(index + 1)
      w.clock.advance(5_000)
      await expect.poll(() => sent.length).toBe(index + 2)
    }
    expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    await expect.poll(() => w.clock.sleeping).toBeGreaterThan(0)
    w.clock.advance(200_000_000)
    await expect.poll(() => w.clock.sleeping).toBeGreaterThan(0)
    expect(sent).toHaveLength(8)
  })

  it('is told when a question runs out undecided, and when its task is over', async () => {
    const { w, sent, task, ask } = await open([])
    await ask()
    await expect.poll(() => w.clock.sleeping).toBeGreaterThan(0)
    w.clock.advance(3_600_000)
    await expect.poll(() => sent.length).toBe(1)
    await ask(HOOK, { authorization_details: { ...PAYMENT, identifier: 'other' } })
    const fresh = (await w.authority.operations.issueAgentToken({ agentId: 'agt_1' })).accessToken
    const body = { task_id: task, authorization_details: PAYMENT, callback_url: HOOK }
    expect((await w.call('POST', '/jit/request', fresh, body)).status).toBe(201)
    await w.call('POST', `/jit/task/${task}/complete`, fresh)
    w.clock.advance(5_000)
    await expect.poll(() => sent.length).toBe(2)
    for (const each of sent) expect(JSON.parse(each.body).type).toBe('jit.request.expired')
  })

  it('authority:callbacks — is refused at an origin that is not registered for the agent', async () => {
    const { w, ask } = await open([])
    const others = [
      'https://agent.acme-corp.com:8443/x',
      'https://evil.example/',
      'http://agent.acme-corp.com/',
      'https://agent.acme-corp.com.evil.example/',
      'https://u:p@agent.acme-corp.com/',
      'nonsense',
    ]
    for (const url of others) {
      const answer = await ask(url)
      expect([url, answer.status, answer.body.error]).toEqual([url, 400, 'invalid_callback_url'])
    }
    const task = await w.openTask(w.otherAgent)
    const foreign = { task_id: task, authorization_details: PAYMENT, callback_url: HOOK }
    expect((await w.call('POST', '/jit/request', w.otherAgent, foreign)).status).toBe(400)
  })
})

describe('where a callback may go', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '::1',
    '::',
    '::ffff:93.184.216.34',
    '::ffff:127.0.0.1',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'localhost',
    '',
  ])('not to %j', (address) => expect(isPublicAddress(address)).toBe(false))

  it.each(['93.184.216.34', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111'])(
    'to %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )

  const hits: string[] = []
  const listen = async (status = 204) => {
    const server = createServer((request, response) => {
      hits.push(request.url ?? '')
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return (server.address() as AddressInfo).port
  }
  const message = { body: '{}', headers: {} }
  /** A name server that says what the test wants. */
  const says = (...addresses: string[]) =>
    ((_name: string, _options: object, done: (error: null, found: object[]) => void) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )) as unknown as typeof lookup

  it('authority:callbacks — a name that leads to a private address is never connected to, alone or among public ones', async () => {
    const port = await listen()
    hits.length = 0
    for (const found of [['127.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['::ffff:127.0.0.1']]) {
      const post = createPostCallback({ loopback: false, lookup: says(...found) })
      await expect(post(`https://agent.example:${port}/`, message)).rejects.toMatchObject({
        code: 'ADDRESS_NOT_PUBLIC',
      })
    }
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'])
      await expect(
        createPostCallback({ loopback: false })(`https://${host}:${port}/`, message),
      ).rejects.toMatchObject({ code: 'ADDRESS_NOT_PUBLIC' })
    expect(hits).toEqual([])
  })

  it('loopback only for development, and a redirect is an answer, not a way', async () => {
    const post = createPostCallback({ loopback: true })
    hits.length = 0
    expect(await post(`http://127.0.0.1:${await listen()}/hook`, message)).toBe(204)
    expect(await post(`http://127.0.0.1:${await listen(302)}/hook`, message)).toBe(302)
    expect(hits).toEqual(['/hook', '/hook'])
    const strict = createPostCallback({ loopback: false, lookup: says('93.184.216.34') })
    await expect(strict('http://agent.example/', message)).rejects.toThrow('https')
  })
})
