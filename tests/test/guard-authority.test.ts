import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveAuthority } from '@lumojit/authority/node'
import { lumoAuth } from '@lumojit/core'
import { createGuard } from '@lumojit/guard'
import { guardNode } from '@lumojit/guard/node'
import { type AuthorizationDetails, type Grant, readChallenge } from '@lumojit/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const audience = 'https://api.acme-corp.com'
const required: AuthorizationDetails = [
  { type: 'file_access', actions: ['read'], identifier: 'q4.pdf' },
]
/**
 * Dead within a second is the promise, some 20 ms the usual. Past 5 s the feed would look by itself,
 * so this deadline also tells a feed that is told at once from one that finds out.
 */
const DEADLINE_MS = 4_000

async function makeWorld({ asks = false } = {}) {
  const credentials = { clientId: 'agt_1', clientSecret: 'a secret of the agent' }
  const org = 'acme-corp'
  const agents = [{ id: credentials.clientId, secret: credentials.clientSecret }]
  const users = [{ id: 'usr_1', email: 'olga@acme-corp.com', rights: ['jit.approve'] }]
  const ownSecret = 'a secret: of the API'
  const resources = [{ audience, secret: ownSecret }, 'https://files.acme-corp.com']
  const running = await serveAuthority({ org, agents, users, resources })
  const guard = createGuard({
    issuer: running.authority.issuer,
    audience,
    ...(asks && { introspection: { clientId: audience, clientSecret: ownSecret } }),
  })
  const check = guardNode(guard)
  const api = createServer(async (request, response) => {
    const verified = await check(request, response, required)
    if (verified) response.end(JSON.stringify(verified))
  }).listen(0, '127.0.0.1')
  await once(api, 'listening')
  const resource = { url: `http://127.0.0.1:${(api.address() as AddressInfo).port}`, audience }
  const authority = lumoAuth({ url: running.url, org, ...credentials })
  const call = async (token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(resource.url, { headers })
    return { response, body: await response.text() }
  }
  const until = async (token: string, status: number) => {
    const began = performance.now()
    for (;;) {
      const { response } = await call(token)
      const ms = performance.now() - began
      if (response.status === status) return ms
      if (ms > DEADLINE_MS) throw new Error(`still ${response.status}, not ${status}, in time`)
    }
  }
  const grantFor = async (taskId: string): Promise<Grant> => {
    const request = {
      permission: { kind: 'details', details: required },
      resource,
      reuse: 'task',
      justification: 'to read it',
      ttlSeconds: 300,
      idempotencyKey: 'a call',
    } as const
    const decision = await authority.request({ id: taskId }, request)
    if (decision.status !== 'granted') throw new Error(`it was ${decision.status}`)
    const grant = await authority.redeem(decision.ref, request)
    if (!('token' in grant)) throw new Error(`it was ${grant.status}`)
    return grant
  }
  return { running, guard, api, authority, resource, call, until, grantFor }
}

describe('the real authority and the real guard, over HTTP', () => {
  let world: Awaited<ReturnType<typeof makeWorld>>
  beforeEach(async () => {
    world = await makeWorld()
  })
  afterEach(async () => {
    // One test has shut the authority down by now.
    await world.authority.close?.().catch(() => {})
    await world.guard.close()
    world.api.closeAllConnections()
    world.api.close()
    await world.running.close()
  })

  it('guard:challenges — its base token is challenged, what it then asks for opens the door', async () => {
    const task = await world.authority.openTask({ name: 'Analyse Q4' })
    const base = await world.authority.baseToken(task, {}, world.resource)
    const { response, body } = await world.call(base?.reveal())
    expect(response.status).toBe(403)
    const reading = readChallenge(response, body)
    expect(reading).toMatchObject({
      kind: 'challenge',
      challenge: { permission: { kind: 'details', details: required } },
    })
    const grant = await world.grantFor(task.id)
    const opened = await world.call(grant.token.reveal())
    expect(opened.response.status).toBe(200)
    expect(JSON.parse(opened.body)).toMatchObject({
      agentId: 'agt_1',
      taskId: task.id,
      details: required,
    })
  })

  it('guard:revoked — the end of a task is known at the resource within the promised second', async () => {
    const [ended, other] = [await world.authority.openTask({}), await world.authority.openTask({})]
    const doomed = await world.grantFor(ended.id)
    const spared = await world.grantFor(other.id)
    for (const { token } of [doomed, spared]) {
      expect((await world.call(token.reveal())).response.status).toBe(200)
    }
    await world.authority.completeTask(ended, [doomed])
    expect(await world.until(doomed.token.reveal(), 401)).toBeLessThan(DEADLINE_MS)
    expect((await world.call(spared.token.reveal())).response.status).toBe(200)
  })

  it("guard:revoked — so is a grant given back, the token before a second redemption, and a person's word", async () => {
    const task = await world.authority.openTask({})
    const first = await world.grantFor(task.id)
    expect((await world.call(first.token.reveal())).response.status).toBe(200)
    const second = await world.grantFor(task.id)
    await world.until(first.token.reveal(), 401)
    expect((await world.call(second.token.reveal())).response.status).toBe(200)
    await world.authority.revoke(second)
    await world.until(second.token.reveal(), 401)
    const third = await world.grantFor(task.id)
    expect((await world.call(third.token.reveal())).response.status).toBe(200)
    const { requestId } = third.ref
    await world.running.authority.operations.revokeRequest({ by: { user: 'usr_1' }, requestId })
    await world.until(third.token.reveal(), 401)
  })

  it('guard:closed-by-default — with the authority gone, nothing passes', async () => {
    const task = await world.authority.openTask({})
    const { token } = await world.grantFor(task.id)
    expect((await world.call(token.reveal())).response.status).toBe(200)
    await world.running.close()
    await world.until(token.reveal(), 503)
  })

  it('base:resource-token — a guard for another audience does not take it', async () => {
    const task = await world.authority.openTask({})
    const elsewhere = { ...world.resource, audience: 'https://files.acme-corp.com' }
    const token = await world.authority.baseToken(task, {}, elsewhere)
    const { response, body } = await world.call(token?.reveal())
    expect(response.status).toBe(401)
    expect(readChallenge(response, body).kind).toBe('invalid-token')
  })
})

describe('the real authority, asked about each token', () => {
  let world: Awaited<ReturnType<typeof makeWorld>>
  beforeEach(async () => {
    world = await makeWorld({ asks: true })
  })
  afterEach(async () => {
    await world.authority.close?.().catch(() => {})
    await world.guard.close()
    world.api.closeAllConnections()
    world.api.close()
    await world.running.close()
  })

  it('guard:introspection — an ended task is dead within the second for which a yes is believed', async () => {
    await world.guard.ready()
    const [ended, other] = [await world.authority.openTask({}), await world.authority.openTask({})]
    const doomed = await world.grantFor(ended.id)
    const spared = await world.grantFor(other.id)
    const opened = await world.call(doomed.token.reveal())
    expect(JSON.parse(opened.body)).toMatchObject({ taskId: ended.id, details: required })
    expect((await world.call(spared.token.reveal())).response.status).toBe(200)
    await world.authority.completeTask(ended, [doomed])
    await world.until(doomed.token.reveal(), 401)
    expect((await world.call(spared.token.reveal())).response.status).toBe(200)
  })

  it('guard:introspection — its base token is challenged, one for another API does not pass', async () => {
    const task = await world.authority.openTask({})
    const base = await world.authority.baseToken(task, {}, world.resource)
    expect((await world.call(base?.reveal())).response.status).toBe(403)
    const files = { ...world.resource, audience: 'https://files.acme-corp.com' }
    const elsewhere = await world.authority.baseToken(task, {}, files)
    expect((await world.call(elsewhere?.reveal())).response.status).toBe(401)
  })

  it('guard:introspection — with the authority gone, nothing passes', async () => {
    const task = await world.authority.openTask({})
    const { token } = await world.grantFor(task.id)
    expect((await world.call(token.reveal())).response.status).toBe(200)
    await world.running.close()
    await world.until(token.reveal(), 503)
  })
})

it('an issuer under /t is told which one the tokens of the real authority name', async () => {
  const running = await serveAuthority({ org: 'acme-corp' })
  const { issuer } = running.authority
  const guard = createGuard({ issuer: issuer.replace('/orgs/', '/t/'), audience })
  await expect(guard.ready()).rejects.toMatchObject({
    code: 'ISSUER_MISMATCH',
    fix: expect.stringContaining(`Set issuer to '${issuer}'`),
  })
  await guard.close()
  await running.close()
})
