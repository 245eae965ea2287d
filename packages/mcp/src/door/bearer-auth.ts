import { type Clock, systemClock } from '@lumojit/core'
import { formatWwwAuthenticate } from '@lumojit/protocol'
import { invalid } from '../options.ts'
import { type GatewayAuth, metadataUrl, type Principal } from './gateway-auth.ts'

/** What a token says, as far as it was verified. */
export interface VerifiedBearer extends Principal {
  /** `aud`: compared with `resource` here, so that no token made for somebody else gets in. */
  readonly audience: string | readonly string[]
}

export interface BearerAuthOptions {
  readonly resource: string
  readonly authorizationServers?: readonly string[]
  readonly scopes?: readonly string[]
  /** Verifies signature or asks its issuer; undefined for a token that is not to be believed. */
  verify(token: string): Promise<VerifiedBearer | undefined>
  readonly clock?: Clock
}

const MOST_TOKEN_LENGTH = 16_384

/** RFC 6750 bearer tokens, verified your way; audience and expiry are looked at here. */
export function bearerAuth(options: BearerAuthOptions): GatewayAuth {
  const { resource, authorizationServers = [], scopes, clock = systemClock } = options
  readResource(resource)
  return {
    resource,
    authorizationServers,
    ...(scopes && { scopes }),
    async authenticate(request) {
      const given = request.headers.get('authorization')
      if (given === null) return unauthenticated(resource)
      const [, token] = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(given) ?? []
      if (token === undefined || token.length > MOST_TOKEN_LENGTH) {
        return unauthenticated(resource, 'This is not one Bearer token.')
      }
      const verified = await options.verify(token).catch(() => undefined)
      if (verified === undefined) return unauthenticated(resource, 'The token is not known.')
      const { audience, ...principal } = verified
      if (![audience].flat().some((each) => same(each, resource))) {
        return unauthenticated(resource, 'The token was made for somebody else.')
      }
      if (!(principal.expiresAt > clock.now()))
        return unauthenticated(resource, 'The token is over.')
      return principal
    },
  }
}

/** A resource is an absolute URL without a fragment (RFC 8707 §2). */
export function readResource(resource: string): void {
  if (
    URL.canParse(resource) &&
    /^https?:$/.test(new URL(resource).protocol) &&
    !/[#"\\]/.test(resource)
  )
    return
  throw invalid(
    '`resource` of the gateway is no URL.',
    'Give the URL clients reach it by, such as https://tools.example.com/mcp.',
  )
}

/** RFC 6750 §3.1 and RFC 9728 §5.1: what is wrong, and where to learn who gives out tokens. */
function unauthenticated(resource: string, description?: string): Response {
  const parameters = [
    ['realm', 'mcp'] as const,
    ...(description === undefined
      ? []
      : [['error', 'invalid_token'] as const, ['error_description', description] as const]),
    ['resource_metadata', metadataUrl(resource)] as const,
  ]
  const headers = {
    'cache-control': 'no-store',
    'www-authenticate': formatWwwAuthenticate([{ scheme: 'Bearer', parameters }]),
  }
  return Response.json(
    { error: 'invalid_token', error_description: description ?? 'No token.' },
    { status: 401, headers },
  )
}

const same = (one: string, other: string) => one.replace(/\/$/, '') === other.replace(/\/$/, '')
