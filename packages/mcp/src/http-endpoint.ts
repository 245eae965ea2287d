import { createMcpHandler, isLegacyRequest, type McpServer } from '@modelcontextprotocol/server'
import { watch, watched } from './disconnects.ts'
import { gatekeeper } from './door/gatekeeper.ts'
import { authInfoOf, metadataResponse } from './door/gateway-auth.ts'
import { httpSessions } from './http-sessions.ts'
import type { Settings } from './options.ts'

/** Bytes of one message from a client. */
const MOST_MESSAGE_BYTES = 4 * 1024 * 1024

export interface HttpEndpoint {
  readonly fetch: (request: Request) => Promise<Response>
  close(): Promise<void>
}

/**
 * One endpoint for both eras: 2026-07-28, where each request stands alone, and 2025-11-25 and before,
 * with sessions, since only those can be asked something in the middle of a call. Host and Origin
 * come first, then who it is, then MCP.
 */
export function httpEndpoint(settings: Settings, server: () => McpServer): HttpEndpoint {
  const { auth, path } = settings
  const refuse = gatekeeper(settings)
  // `sse`: headers and signs of life at once, also while a call is held open for a person.
  const modern = createMcpHandler(server, {
    legacy: 'reject',
    responseMode: 'sse',
    maxRequestBodySize: MOST_MESSAGE_BYTES,
  })
  const sessions = httpSessions(settings, server, MOST_MESSAGE_BYTES)

  const serve = async (request: Request): Promise<Response> => {
    const refused = refuse(request)
    if (refused) return refused
    const metadata = auth && metadataResponse(auth, request)
    if (metadata) return metadata
    if (new URL(request.url).pathname !== path) return new Response(null, { status: 404 })
    const principal = await auth?.authenticate(request)
    if (principal instanceof Response) return principal
    const authInfo = principal && authInfoOf(principal)
    const options = authInfo ? { authInfo } : {}
    watch(request)
    const legacy = await isLegacyRequest(request, undefined, {
      maxRequestBodySize: MOST_MESSAGE_BYTES,
    })
    const response = await (legacy
      ? sessions.handle(request, options)
      : modern.fetch(request, options))
    return watched(request, response)
  }
  return {
    fetch: serve,
    close: async () => {
      await Promise.all([modern.close(), sessions.close()])
    },
  }
}
