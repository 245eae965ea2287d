import {
  type AuthInfo,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { Settings } from './options.ts'
import { LOCAL } from './principal.ts'

/** Sessions that clients have not said goodbye to are forgotten after this. */
const IDLE_MS = 1_800_000
const MOST_SESSIONS = 1_000

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport
  /** Nobody else gets in by its id. */
  readonly principal: string
  usedAt: number
}

interface Who {
  readonly authInfo?: AuthInfo
}

/** Clients of 2025-11-25 and before. A session is a connection, no more: tasks are a principal's and a run's. */
export function httpSessions(
  { clock }: Settings,
  server: () => McpServer,
  maxRequestBodySize: number,
) {
  const open = new Map<string, Session>()

  const sweep = () => {
    for (const [id, { transport, usedAt }] of open) {
      if (clock.now() - usedAt < IDLE_MS) continue
      open.delete(id)
      transport.close().catch(() => {})
    }
  }
  const begin = async (request: Request, principal: string, who: Who): Promise<Response> => {
    sweep()
    if (open.size >= MOST_SESSIONS) return error(503, -32000, 'Too many sessions are open.')
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      maxRequestBodySize,
      onsessioninitialized: (id) => {
        open.set(id, { transport, principal, usedAt: clock.now() })
      },
      onsessionclosed: (id) => {
        open.delete(id)
      },
    })
    await server().connect(transport)
    return transport.handleRequest(request, who)
  }
  return {
    async handle(request: Request, who: Who): Promise<Response> {
      const principal = who.authInfo?.clientId ?? LOCAL
      const id = request.headers.get('mcp-session-id')
      if (id === null) return begin(request, principal, who)
      const session = open.get(id)
      // Whether somebody else has a session of this name is not for this caller to know.
      if (session?.principal !== principal) return error(404, -32001, 'Session not found')
      session.usedAt = clock.now()
      return session.transport.handleRequest(request, who)
    },
    async close(): Promise<void> {
      const all = [...open.values()]
      open.clear()
      await Promise.allSettled(all.map(({ transport }) => transport.close()))
    },
  }
}

function error(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status })
}
