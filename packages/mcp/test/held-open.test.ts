import { afterEach, beforeEach, expect, it } from 'vitest'
import { type RunningGateway, serveHttp } from '../src/node.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
let running: RunningGateway
beforeEach(async () => {
  stage = await openStage({ maxBlockMs: 20_000 })
  running = await serveHttp(stage.gateway)
})
afterEach(async () => {
  await running.close()
  await stage.close()
})

const VERSION = '2026-07-28'
const meta = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

it('gateway:signs-of-life — headers come at once, also while a call is held open for a person', async () => {
  const leave = new AbortController()
  const answering = fetch(`${running.url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': VERSION,
      'mcp-method': 'tools/call',
      'mcp-name': 'pay',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'pay', arguments: { id: '1' }, _meta: meta },
    }),
    signal: leave.signal,
  })
  await stage.world.human.waitForPending(1)
  const response = await answering
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(await stage.world.human.pending()).toHaveLength(1)
  leave.abort()
  // Nobody listens any more: the long poll at the authority ends, and the question stays.
  await expect.poll(() => stage.world.counts().openWaits, { timeout: 20_000 }).toBe(0)
  expect(await stage.world.human.pending()).toHaveLength(1)
})
