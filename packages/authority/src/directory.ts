import type { Configuration } from './configuration.ts'
import { type Credential, createVerifier } from './credentials.ts'
import { stateKey } from './hashing.ts'
import { OperationError } from './operation-error.ts'
import type { BudgetOptions, CallbackOptions } from './options.ts'

export interface Agent {
  readonly id: string
  readonly name?: string
  readonly scope?: string
  readonly actsForUsers: boolean
  readonly callbacks?: CallbackOptions
  readonly budget?: BudgetOptions
  readonly stateKey: Promise<Uint8Array>
}
export interface User {
  readonly id: string
  readonly email: string
  readonly rights: readonly string[]
  readonly scope?: string
  readonly passwordHash?: string
}
/** Who authenticated at an OAuth endpoint. */
export type Client =
  | { readonly kind: 'agent'; readonly id: string }
  | { readonly kind: 'resource'; readonly id: string }

/** Who is known: agents, users, and resources with credentials. */
export const createDirectory = (configuration: Configuration) => {
  const agents = new Map<string, Agent>()
  const users = new Map<string, User>(
    configuration.users.map((user) => [user.id, { ...user, rights: user.rights ?? [] }]),
  )
  const clients = new Map<string, { readonly client: Client; readonly credential: Credential }>()
  const verifier = createVerifier()

  for (const options of configuration.agents) {
    const { id, secret, secretHash, actsForUsers = true, ...rest } = options
    agents.set(id, { id, ...rest, actsForUsers, stateKey: stateKey(secret ?? secretHash ?? '') })
    clients.set(id, { client: { kind: 'agent', id }, credential: { secret, secretHash } })
  }
  for (const { audience: id, secret, secretHash } of configuration.resources ?? []) {
    if (secret === undefined && secretHash === undefined) continue
    clients.set(id, { client: { kind: 'resource', id }, credential: { secret, secretHash } })
  }
  const hashed = [...clients.values()].some(({ credential }) => credential.secret === undefined)

  return {
    agent: (id: string): Agent | undefined => agents.get(id),
    user: (id: string): User | undefined => users.get(id),
    users: (): readonly User[] => [...users.values()],
    userByEmail: (email: string): User | undefined =>
      [...users.values()].find((user) => user.email.toLowerCase() === email.toLowerCase()),
    /** By what this process has in memory alone: no hashing. */
    recognizeClient(id: string, secret: string): Client | undefined {
      const known = clients.get(id)
      return verifier.recognizes(known?.credential, secret) ? known?.client : undefined
    },
    async authenticateClient(id: string, secret: string): Promise<Client> {
      const known = clients.get(id)
      // Asked for unknown names too, so that time does not tell which names exist.
      const right = await verifier.verify(known?.credential, secret, { hashed })
      if (!known || !right)
        throw new OperationError('invalid_client', 'The client is unknown or its secret is wrong.')
      return known.client
    },
  }
}

export type Directory = ReturnType<typeof createDirectory>
