import type { AuthInfo } from '@modelcontextprotocol/server'

/** Somebody the gateway knows. Tasks, sessions and everything a client was given to keep are theirs alone. */
export interface Principal {
  /** Never the same for two who must not see each other's runs. */
  readonly id: string
  readonly scopes?: readonly string[]
  /** Milliseconds of the local clock. */
  readonly expiresAt: number
}

/** Who may come in over HTTP: `guardAuth`, `clientAuth`, or `bearerAuth` with a way of your own. */
export interface GatewayAuth {
  /** What the gateway is called: its URL as clients know it, and the audience of their tokens (RFC 8707). */
  readonly resource: string
  /** Issuers of these tokens (RFC 9728 §2 `authorization_servers`). */
  readonly authorizationServers: readonly string[]
  /** RFC 9728 §2 `scopes_supported`. */
  readonly scopes?: readonly string[]
  /** Who it is, or the finished refusal. */
  authenticate(request: Request): Promise<Principal | Response>
}

/** RFC 9728 §3.1: the well-known part stands before the path. */
export function metadataUrl(resource: string): string {
  const url = new URL(resource)
  const path = url.pathname === '/' ? '' : url.pathname
  return `${url.origin}/.well-known/oauth-protected-resource${path}`
}

/** RFC 9728 §3.2. Readable by pages of any origin: it says nothing that is not public. */
export function metadataResponse(auth: GatewayAuth, request: Request): Response | undefined {
  if (new URL(request.url).pathname !== new URL(metadataUrl(auth.resource)).pathname)
    return undefined
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
  }
  const { resource, authorizationServers, scopes } = auth
  const metadata = {
    resource,
    ...(authorizationServers.length > 0 && { authorization_servers: authorizationServers }),
    ...(scopes && { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
  }
  return Response.json(metadata, { headers: { 'access-control-allow-origin': '*' } })
}

/** For the SDK. The token itself goes no further: no tool can hand on what was meant for this door. */
export function authInfoOf({ id, scopes = [], expiresAt }: Principal): AuthInfo {
  return {
    token: '',
    clientId: id,
    scopes: [...scopes],
    expiresAt: Math.floor(expiresAt / 1000),
    extra: { principal: id },
  }
}
