import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createMcpHandler, McpServer, type McpServerOptions } from '@modelcontextprotocol/server'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { jitTool, PENDING_META } from '../src/index.ts'
import { openStage, type Stage, textOf } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ maxBlockMs: 0 })
})
afterEach(() => stage.close())

/** Somebody's own server and their own way of knowing who calls. */
async function client(who: { sub: string }, options: McpServerOptions) {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'own', version: '1' }, options)
    server.registerTool('plain', {}, () => ({ content: [{ type: 'text', text: 'plain' }] }))
    const input = { inputSchema: z.object({ id: z.string() }) }
    jitTool(server, stage.gateway, 'pay', input, ({ id }, { jit }) =>
      jit.fetch(`${stage.world.api.url}/v1/payments`, {
        method: 'POST',
        body: JSON.stringify({ invoice: id }),
      }),
    )
    return server
  })
  const authInfo = { token: 't', clientId: 'app', scopes: [], expiresAt: 9e9, extra: who }
  const made = new Client(
    { name: 'c', version: '1' },
    {
      versionNegotiation: { mode: 'auto' },
      capabilities: { elicitation: { url: {} } },
      inputRequired: { autoFulfill: false },
    },
  )
  const fetch = (url: string | URL, init?: RequestInit) =>
    handler.fetch(new Request(url, init), { authInfo })
  await made.connect(
    new StreamableHTTPClientTransport(new URL('http://own.example/mcp'), { fetch }),
  )
  return made
}
const pay = (of: Client, requestState?: string) =>
  of.request(
    {
      method: 'tools/call',
      params: {
        name: 'pay',
        arguments: { id: '1' },
        ...(requestState && { requestState, inputResponses: { approval: { action: 'accept' } } }),
      },
    } as never,
    { allowInputRequired: true } as never,
  ) as Promise<{ requestState?: string; _meta?: Record<string, unknown> }>

it('gateway:own-server — a tool of one’s own McpServer beside plain ones, and two users of one OAuth client are two', async () => {
  const alice = await client({ sub: 'alice' }, stage.gateway.serverOptions)
  const bob = await client({ sub: 'bob' }, stage.gateway.serverOptions)
  expect(textOf(await alice.callTool({ name: 'plain', arguments: {} }))).toBe('plain')
  const { requestState } = await pay(alice)
  const [waiting] = await stage.world.human.waitForPending(1)
  await stage.world.human.approve(waiting?.requestId ?? '')
  await expect(pay(bob, requestState)).rejects.toMatchObject({ code: -32602 })
  expect(textOf(await pay(alice, requestState))).toBe('{"paid":"1"}')
  expect(stage.world.api.effects()).toHaveLength(1)
})

it('gateway:own-server — without serverOptions what came back is verified all the same', async () => {
  const alice = await client({ sub: 'alice' }, {})
  const bob = await client({ sub: 'bob' }, {})
  const { requestState } = await pay(alice)
  const [waiting] = await stage.world.human.waitForPending(1)
  await stage.world.human.approve(waiting?.requestId ?? '')
  for (const [who, state] of [
    [bob, requestState],
    [bob, 'tampered'],
  ] as const) {
    const told = await pay(who, state)
    expect(told._meta?.[PENDING_META]).toBeDefined()
  }
  expect(stage.world.api.effects()).toEqual([])
  expect(textOf(await pay(alice, requestState))).toBe('{"paid":"1"}')
})
