import { createGuard, type GuardOptions } from '@lumojit/guard'
import { readResource } from './bearer-auth.ts'
import { type GatewayAuth, metadataUrl } from './gateway-auth.ts'

export interface GuardAuthOptions
  extends Omit<GuardOptions, 'audience' | 'dialect' | 'challengeAnonymous' | 'resourceMetadata'> {
  /** What the gateway is called: the audience its clients' tokens are made for. */
  readonly resource: string
}

/**
 * Tokens of an authority that `@lumojit/guard` can verify, made for this gateway (client credentials
 * with RFC 8707 `resource`). A revoked one is refused within a second. `close` leaves the authority's feed.
 */
export function guardAuth(
  options: GuardAuthOptions,
): GatewayAuth & { ready(): Promise<void>; close(): Promise<void> } {
  const { resource, ...rest } = options
  readResource(resource)
  const guard = createGuard({
    ...rest,
    audience: resource,
    dialect: 'scope',
    resourceMetadata: metadataUrl(resource),
    realm: rest.realm ?? 'mcp',
  })
  return {
    resource,
    authorizationServers: [rest.issuer],
    async authenticate(request) {
      const verified = await guard(request)
      if (verified instanceof Response) return verified
      const { agentId, subject = '', actor = '', expiresAt, scope } = verified
      return { id: JSON.stringify([agentId, subject, actor]), expiresAt, scopes: scope }
    },
    ready: () => guard.ready(),
    close: () => guard.close(),
  }
}
