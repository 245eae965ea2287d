import { invalid } from '../options.ts'
import { bearerAuth, type VerifiedBearer } from './bearer-auth.ts'
import type { GatewayAuth } from './gateway-auth.ts'

/** A program that was given a token of its own. */
export interface GatewayClient {
  /** Whose runs these are. */
  readonly id: string
  /** At least 24 characters of RFC 6750's `b64token`; 32 random bytes in base64url, for example. */
  readonly token: string
}

export interface ClientAuthOptions {
  readonly resource: string
  readonly clients: readonly [GatewayClient, ...GatewayClient[]]
}

/** For a few programs you run yourself: each has a token that you gave it. Throws `CONFIG_INVALID`. */
export function clientAuth({ resource, clients }: ClientAuthOptions): GatewayAuth {
  for (const { id, token } of clients) {
    if (token.length < 24 || !/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) {
      throw invalid(
        `The token of the client ${id} is too short, or no bearer token.`,
        'Use 32 random bytes in base64url.',
      )
    }
  }
  const hashed = Promise.all(
    clients.map(async ({ id, token }) => ({ id, hash: await hashOf(token) })),
  )
  return bearerAuth({
    resource,
    verify: async (token): Promise<VerifiedBearer | undefined> => {
      // Hashes are compared: how long that takes tells nothing of the token.
      const hash = await hashOf(token)
      const found = (await hashed).find((client) => client.hash === hash)
      return found && { id: found.id, audience: resource, expiresAt: Number.MAX_SAFE_INTEGER }
    },
  })
}

async function hashOf(token: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  return String.fromCharCode(...new Uint8Array(bytes))
}
