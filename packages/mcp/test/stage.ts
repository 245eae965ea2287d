import { createWorld, type World } from '@lumojit/conformance'
import {
  Client,
  type ClientOptions,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { z } from 'zod'
import { createGateway, type Gateway, type GatewayOptions } from '../src/index.ts'

/** What a client was told, in the parts that are looked at here. */
export interface Told {
  readonly isError?: boolean
  readonly content: readonly { readonly type: string; readonly text?: string }[]
  readonly structuredContent?: unknown
  readonly _meta?: Readonly<Record<string, unknown>>
}

export const textOf = (told: unknown): string => (told as Told).content[0]?.text ?? ''

/** A world, a gateway in it, and everything that went over the wire between gateway and clients. */
export interface Stage {
  readonly world: World
  readonly gateway: Gateway
  readonly wire: string[]
  /** Speaks 2026-07-28. */
  client(options?: ClientOptions, headers?: Record<string, string>): Promise<Client>
  /** Speaks 2025-11-25, as what is deployed does. */
  oldClient(options?: {
    capabilities?: object
    headers?: Record<string, string>
  }): Promise<OldClient>
  /** From now on another gateway answers at the same address, as after a restart. The former one is not closed. */
  swap(make: () => Gateway): void
  close(): Promise<void>
}

export const APPROVALS = 'https://console.acme-corp.com/requests/'
const id = z.object({ id: z.string() })

/** The tools of the stage: a read and an effect that are let through, and two that a person decides. */
export function addTools(gateway: Gateway, api: string): void {
  const get = (path: string) => `${api}/v1/${path}`
  gateway.tool(
    'read_document',
    { description: 'Read a document', inputSchema: id },
    (input, { jit }) =>
      jit.fetch(get(`documents/${encodeURIComponent(input.id)}`), { justification: 'to read it' }),
  )
  gateway.tool('open_vault', { description: 'Read the vault', inputSchema: id }, (input, { jit }) =>
    jit.fetch(get(`vault/${encodeURIComponent(input.id)}`), { justification: 'to know' }),
  )
  gateway.tool('pay', { description: 'Pay an invoice', inputSchema: id }, (input, { jit }) =>
    jit.fetch(get('payments'), {
      method: 'POST',
      body: JSON.stringify({ invoice: input.id }),
      justification: 'it is due',
    }),
  )
  gateway.tool('echo', { description: 'What the API saw' }, async (_, { jit }) =>
    (await jit.fetch(get('echo'), { justification: 'to see' })).json(),
  )
}

export const approvalUri = ({ requestId }: { requestId: string }) => `${APPROVALS}${requestId}`

export async function openStage(
  options: Partial<GatewayOptions> = {},
  { named = true }: { readonly named?: boolean } = {},
): Promise<Stage> {
  const world = await createWorld({ http: true, ...(named && { authority: { approvalUri } }) })
  const gateways: Gateway[] = []
  const gateway = createGateway({ jit: world.jit(), maxBlockMs: 500, progressMs: 50, ...options })
  addTools(gateway, world.api.url)
  gateways.push(gateway)
  const wire: string[] = []
  const clients: { close(): Promise<void> }[] = []
  const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    wire.push(String(init?.body ?? ''))
    const response = await (gateways.at(-1) ?? gateway).fetch(new Request(url, init))
    wire.push(JSON.stringify([...response.headers]))
    if (!response.body) return response
    const decoder = new TextDecoder()
    const seen = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, out) => {
        wire.push(decoder.decode(chunk, { stream: true }))
        out.enqueue(chunk)
      },
    })
    return new Response(response.body.pipeThrough(seen), response)
  }
  const url = new URL('http://127.0.0.1/mcp')
  return {
    world,
    gateway,
    wire,
    client: async (given = {}, headers = {}) => {
      const client = new Client(
        { name: 'test', version: '1' },
        { versionNegotiation: { mode: 'auto' }, ...given },
      )
      await client.connect(
        new StreamableHTTPClientTransport(url, { fetch, requestInit: { headers } }),
      )
      clients.push(client)
      return client
    },
    oldClient: async ({ capabilities = {}, headers = {} } = {}) => {
      const client = new OldClient({ name: 'test', version: '1' }, { capabilities })
      await client.connect(new OldTransport(url, { fetch, requestInit: { headers } }))
      clients.push(client)
      return client
    },
    swap: (make) => void gateways.push(make()),
    close: async () => {
      for (const client of clients) await client.close().catch(() => {})
      for (const each of gateways) await each.close()
      await world.close()
    },
  }
}
