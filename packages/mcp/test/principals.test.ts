import { afterEach, beforeEach, expect, it } from 'vitest'
import { clientAuth, PENDING_META } from '../src/index.ts'
import { openStage, type Stage, textOf } from './stage.ts'

const RESOURCE = 'http://127.0.0.1/mcp'
const ALICE = 'alice-has-a-token-of-her-own-1'
const BOB = 'bob-has-a-token-of-his-own-234'
const as = (token: string, run?: string) => ({
  authorization: `Bearer ${token}`,
  ...(run === undefined ? {} : { 'x-lumojit-run': run }),
})

let stage: Stage
beforeEach(async () => {
  const clients = [
    { id: 'alice', token: ALICE },
    { id: 'bob', token: BOB },
  ] as const
  stage = await openStage({ auth: clientAuth({ resource: RESOURCE, clients }), maxBlockMs: 0 })
})
afterEach(() => stage.close())

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'x', version: '1' },
  },
}
const post = (body: object, headers: Record<string, string>) =>
  stage.gateway.fetch(
    new Request(RESOURCE, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify(body),
    }),
  )

it('gateway:principals-apart — a session is nobody’s but its principal’s', async () => {
  const begun = await post(initialize, as(ALICE))
  const session = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' }
  await begun.body?.cancel()
  expect(session['mcp-session-id']).not.toBe('')
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' }
  expect((await post(list, { ...as(BOB), ...session })).status).toBe(404)
  for (const method of ['GET', 'DELETE']) {
    const headers = { ...as(BOB), ...session, accept: 'text/event-stream' }
    const refused = await stage.gateway.fetch(new Request(RESOURCE, { method, headers }))
    expect(refused.status).toBe(404)
  }
  expect((await post(list, { ...as(ALICE), ...session })).status).toBe(200)
})

it('gateway:principals-apart — the same call of another principal is another call, whatever run it names', async () => {
  for (const token of [ALICE, BOB]) {
    const client = await stage.client({}, as(token, 'run-1'))
    const told = await client.callTool({ name: 'pay', arguments: { id: '1' } })
    expect(told._meta?.[PENDING_META]).toBeDefined()
  }
  const waiting = await stage.world.human.waitForPending(2)
  expect(new Set(waiting.map(({ taskId }) => taskId)).size).toBe(2)
  expect(waiting.map(({ taskName }) => taskName)).toEqual([
    'MCP: alice, run run-1',
    'MCP: bob, run run-1',
  ])
})

it('gateway:principals-apart — what one was given to keep is refused of another', async () => {
  const manual = {
    capabilities: { elicitation: { url: {} } },
    inputRequired: { autoFulfill: false },
  }
  const alice = await stage.client(manual, as(ALICE))
  const round = (await alice.callTool({ name: 'pay', arguments: { id: '1' } }, {
    allowInputRequired: true,
  } as never)) as unknown as { requestState: string }
  const [waiting] = await stage.world.human.waitForPending(1)
  await stage.world.human.approve(waiting?.requestId ?? '')
  const bob = await stage.client(manual, as(BOB))
  const stolen = bob.request({
    method: 'tools/call',
    params: {
      name: 'pay',
      arguments: { id: '1' },
      inputResponses: { approval: { action: 'accept' } },
      requestState: round.requestState,
    },
  } as never)
  await expect(stolen).rejects.toMatchObject({ code: -32602 })
  expect(stage.world.api.effects()).toEqual([])
})

it('gateway:task-by-principal-and-run — sessions come and go, the run and its question stay', async () => {
  const told: unknown[] = []
  for (let nth = 0; nth < 3; nth += 1) {
    const client = await stage.oldClient({ headers: as(ALICE, 'run-7') })
    const { _meta } = await client.callTool({ name: 'pay', arguments: { id: '1' } })
    const { requests } = Object(_meta)[PENDING_META] as { requests: { request_id: string }[] }
    told.push(requests[0]?.request_id)
    await client.close()
  }
  expect(new Set(told).size).toBe(1)
  expect(stage.world.counts()).toMatchObject({ tasks: 1, requests: 1 })
  const other = await stage.client({}, as(ALICE, 'run-8'))
  await other.callTool({ name: 'pay', arguments: { id: '1' } })
  expect(stage.world.counts()).toMatchObject({ tasks: 2, requests: 2 })
})

it('gateway:own-door — a client’s own token goes no further: no tool and no API is sent it', async () => {
  let extra: unknown
  stage.gateway.tool('look', {}, async (_, given) => {
    extra = { ...given, jit: undefined }
    return textOf({ content: [{ type: 'text', text: 'seen' }] })
  })
  const client = await stage.client({}, as(ALICE))
  await client.callTool({ name: 'look', arguments: {} })
  await client.callTool({ name: 'read_document', arguments: { id: 'd' } })
  expect(JSON.stringify(extra)).toBe('{"principal":"alice","run":""}')
  expect(stage.world.api.seen().length).toBeGreaterThan(0)
  expect(stage.world.api.seen().map(({ jti }) => jti)).not.toContain(undefined)
})
