import type { Configuration } from './configuration.ts'
import { sameDigest, sha256, stateKey } from './hashing.ts'
import { OperationError } from './operation-error.ts'

export interface Agent {
  readonly id: string
  readonly name?: string
  readonly scope?: string
  readonly actsForUsers: boolean
  readonly stateKey: Promise<Uint8Array>
}
export interface User {
  readonly id: string
  readonly email: string
  readonly rights: readonly string[]
}
/** Who authenticated at an OAuth endpoint. */
export type Client =
  | { readonly kind: 'agent'; readonly id: string }
  | { readonly kind: 'resource'; readonly id: string }

/** Who is known: agents, users, and resources with credentials. Secrets stay behind as digests. */
export const createDirectory = (configuration: Configuration) => {
  const agents = new Map<string, Agent>()
  const users = new Map<string, User>(
    configuration.users.map((user) => [user.id, { ...user, rights: user.rights ?? [] }]),
  )
  const secrets = new Map<string, { client: Client; digest: Promise<string> }>()
  // Compared for unknown names too, so that time does not tell which names exist.
  const nobody = sha256(crypto.randomUUID())

  for (const { id, secret, name, scope, actsForUsers = true } of configuration.agents) {
    const named = { ...(name !== undefined && { name }), ...(scope !== undefined && { scope }) }
    agents.set(id, { id, ...named, actsForUsers, stateKey: stateKey(secret) })
    secrets.set(id, { client: { kind: 'agent', id }, digest: sha256(secret) })
  }
  for (const { audience, secret } of configuration.resources ?? []) {
    if (secret === undefined) continue
    secrets.set(audience, { client: { kind: 'resource', id: audience }, digest: sha256(secret) })
  }

  return {
    agent: (id: string): Agent | undefined => agents.get(id),
    user: (id: string): User | undefined => users.get(id),
    userByEmail: (email: string): User | undefined =>
      [...users.values()].find((user) => user.email.toLowerCase() === email.toLowerCase()),
    async authenticateClient(id: string, secret: string): Promise<Client> {
      const known = secrets.get(id)
      const right = sameDigest(await (known?.digest ?? nobody), await sha256(secret))
      if (!known || !right)
        throw new OperationError('invalid_client', 'The client is unknown or its secret is wrong.')
      return known.client
    },
  }
}

export type Directory = ReturnType<typeof createDirectory>
