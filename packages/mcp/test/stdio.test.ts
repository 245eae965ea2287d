import { fileURLToPath } from 'node:url'
import { createWorld, type World } from '@lumojit/conformance'
import { Client } from '@modelcontextprotocol/client'
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { APPROVALS, approvalUri, textOf } from './stage.ts'

let world: World
beforeEach(async () => {
  world = await createWorld({ http: true, authority: { approvalUri } })
})
afterEach(() => world.close())

const server = () => ({
  command: process.execPath,
  args: [
    '--conditions=@lumojit/source',
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(new URL('stdio-gateway.ts', import.meta.url)),
  ],
  env: { ...getDefaultEnvironment(), WORLD: world.env() },
  stderr: 'pipe' as const,
})
const capabilities = { elicitation: { url: {} } }
const look = async ({ params }: { params: { url?: string } }) => {
  const [waiting] = await world.human.waitForPending(1)
  expect(params.url).toBe(`${APPROVALS}${waiting?.requestId}`)
  void world.human.approve(waiting?.requestId ?? '')
  return { action: 'accept' as const }
}

const clients = {
  'of 2026-07-28': async () => {
    const negotiation = { versionNegotiation: { mode: 'auto' as const }, capabilities }
    const client = new Client({ name: 'c', version: '1' }, negotiation)
    client.setRequestHandler('elicitation/create', look as never)
    await client.connect(new StdioClientTransport(server()))
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
    return client
  },
  'of 2025-11-25': async () => {
    const client = new Client({ name: 'c', version: '1' }, { capabilities })
    client.setRequestHandler('elicitation/create', look as never)
    await client.connect(new StdioClientTransport(server()))
    return client
  },
  'of the former SDK': async () => {
    const client = new OldClient({ name: 'c', version: '1' }, { capabilities })
    client.setRequestHandler(ElicitRequestSchema, look as never)
    await client.connect(new OldTransport(server()))
    return client
  },
}

it.each(Object.entries(clients))(
  'gateway:stdio-end-revokes — a client %s: elicits, and when it goes everything granted is revoked in time',
  async (_, connect) => {
    const client = await connect()
    const read = await client.callTool({ name: 'read_document', arguments: { id: 'd1' } })
    expect(JSON.parse(textOf(read))).toEqual({ text: 'text of d1' })
    const paid = await client.callTool({ name: 'pay', arguments: { id: '1' } })
    expect(JSON.parse(textOf(paid))).toEqual({ paid: '1' })
    const granted = world.tokens('jit')
    expect(granted).toHaveLength(2)
    const began = performance.now()
    await client.close()
    // The clients end the process with SIGTERM two seconds after its input; that is not what ended it.
    expect(performance.now() - began).toBeLessThan(1_900)
    expect(await world.alive()).toEqual([])
  },
)
