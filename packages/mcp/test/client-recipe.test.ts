import { createWorld } from '@lumojit/conformance'
import { createJit } from '@lumojit/core'
import { createGuard } from '@lumojit/guard'
import { type Authority, Secret } from '@lumojit/protocol'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createMcpHandler, McpServer, requireScopes } from '@modelcontextprotocol/server'
import { expect, it } from 'vitest'
import { textOf } from './stage.ts'

const URL_OF_TOOLS = 'https://tools.acme-corp.com/mcp'
const makeServer = (extra: object = {}) => {
  const server = new McpServer({ name: 'tools', version: '1' })
  server.registerTool('hello', extra, (context) => ({
    content: [{ type: 'text', text: `hello ${context.http?.authInfo?.clientId ?? 'nobody'}` }],
  }))
  return server
}

it.each(['auto', 'legacy'] as const)(
  'the client’s side: an MCP server behind a guard, with nothing but `fetch: task.fetch` (%s)',
  async (mode) => {
    const world = await createWorld({ authority: { resources: [URL_OF_TOOLS] } })
    const guard = createGuard({
      issuer: world.issuer,
      audience: URL_OF_TOOLS,
      revocation: 'none',
      clock: world.clock,
      fetch: world.net.fetch,
    })
    const handler = createMcpHandler(() => makeServer())
    let refused = 0
    const fetch = async (input: string | URL | Request, init?: RequestInit) => {
      const request = new Request(input, init)
      if (!request.url.startsWith(URL_OF_TOOLS)) return world.net.fetch(input, init)
      const needed = { type: 'mcp', actions: ['call'], identifier: 'hello' }
      const calls =
        request.method === 'POST' && (await request.clone().text()).includes('tools/call')
      const verified = await guard(request, calls ? [needed] : [])
      if (!(verified instanceof Response)) return handler.fetch(request)
      refused += verified.status === 403 ? 1 : 0
      return verified
    }
    const jit = world.jit({ resources: [URL_OF_TOOLS], fetch })
    try {
      await jit.runTask({ name: 'Ask the tools' }, async (task) => {
        const client = new Client({ name: 'agent', version: '1' }, { versionNegotiation: { mode } })
        await client.connect(
          new StreamableHTTPClientTransport(new URL(URL_OF_TOOLS), { fetch: task.fetch }),
        )
        expect(textOf(await client.callTool({ name: 'hello', arguments: {} }))).toBe('hello nobody')
        await client.close()
      })
      expect(refused).toBe(1)
      expect(world.counts()).toMatchObject({ tasks: 1, requests: 1 })
    } finally {
      await guard.close()
      await world.close()
    }
  },
)

it('the client’s side: `insufficient_scope` is answered where the authority grants scopes', async () => {
  const asked: unknown[] = []
  const live = new Map<string, readonly string[]>([['base', ['mcp']]])
  const handler = createMcpHandler(() =>
    makeServer({ scopeChallenge: requireScopes('mcp', 'hello') }),
  )
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init)
    const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
    const scopes = live.get(token)
    if (!scopes)
      return new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer' } })
    return handler.fetch(request, {
      authInfo: { token, clientId: 'agent', scopes: [...scopes], expiresAt: 9e9 },
    })
  }
  // As an authority over plain OAuth would: it takes scopes, and grants what is asked at once.
  const grants: Pick<Authority, 'request' | 'redeem'> = {
    request: async (task, { permission }) => {
      asked.push(permission)
      return { status: 'granted', ref: { taskId: task.id, requestId: `r${asked.length}` } }
    },
    redeem: async (ref, { permission, resource }) => {
      live.set(ref.requestId, permission.kind === 'scope' ? permission.scope : [])
      return {
        ref,
        token: new Secret(ref.requestId),
        scheme: 'Bearer',
        resource,
        asked: permission,
        expiresAt: Date.now() + 60_000,
      }
    },
  }
  const authority = {
    ...grants,
    id: 'https://auth.example',
    stateKey: async () => new Uint8Array(32),
    capabilities: async () => ({
      manyDetails: true,
      scope: true,
      bindsAudience: true,
      tasks: 'client',
    }),
    openTask: async () => ({ id: 'task' }),
    status: async (ref: unknown) => ({ status: 'granted', ref }),
    revoke: async () => true,
    baseToken: async () => new Secret('base'),
    completeTask: async () => ({ taskId: 'task', revoked: 0, unrevoked: [] }),
  } as unknown as Authority
  const jit = createJit({ authority, resources: [URL_OF_TOOLS], fetch })
  await jit.runTask({}, async (task) => {
    const client = new Client(
      { name: 'agent', version: '1' },
      { versionNegotiation: { mode: 'auto' } },
    )
    await client.connect(
      new StreamableHTTPClientTransport(new URL(URL_OF_TOOLS), { fetch: task.fetch }),
    )
    expect(textOf(await client.callTool({ name: 'hello', arguments: {} }))).toBe('hello agent')
    await client.close()
  })
  expect(asked).toEqual([{ kind: 'scope', scope: ['mcp', 'hello'] }])
})
