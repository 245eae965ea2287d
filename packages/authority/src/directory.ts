import type { Clock } from './clock.ts'
import type { Configuration } from './configuration.ts'
import { type Credential, createVerifier } from './credentials.ts'
import { stateKey } from './hashing.ts'
import { OperationError } from './operation-error.ts'
import type { AgentOptions, BudgetOptions, CallbackOptions } from './options.ts'
import type { StoredAgent } from './records.ts'
import type { AuthorityStore } from './store.ts'

export interface Agent {
  readonly id: string
  readonly name?: string
  readonly scope?: string
  readonly actsForUsers: boolean
  readonly callbacks?: CallbackOptions
  readonly budget?: BudgetOptions
  /** It may do nothing until somebody resumes it. */
  readonly suspended: boolean
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

/** What the options say of an agent stays; what the store says of its secret and its suspension wins. */
const merge = (seeded: AgentOptions | undefined, stored: StoredAgent | undefined) => {
  const known = seeded ?? stored
  if (!known) return undefined
  const { id, name, scope } = known
  return {
    id,
    ...(name !== undefined && { name }),
    ...(scope !== undefined && { scope }),
    actsForUsers: known.actsForUsers ?? true,
    ...(seeded?.callbacks && { callbacks: seeded.callbacks }),
    ...(seeded?.budget && { budget: seeded.budget }),
    suspended: stored?.suspendedAt !== undefined,
  }
}

/** The secrets that work at this moment: the one of now, and for a while the one before. */
const credentialsOf = (
  seeded: Credential | undefined,
  stored: StoredAgent | undefined,
  now: number,
): readonly Credential[] => {
  const own = seeded ? [{ secret: seeded.secret, secretHash: seeded.secretHash }] : []
  if (stored?.secretHash === undefined) return own
  const current = { secretHash: stored.secretHash }
  if (now >= (stored.previousUntil ?? 0)) return [current]
  const { previousHash } = stored
  return [current, ...(previousHash === undefined ? own : [{ secretHash: previousHash }])]
}

/** Who is known: agents of the options and of the store, users, and resources with credentials. */
export const createDirectory = (
  configuration: Configuration,
  store: AuthorityStore,
  clock: Clock,
) => {
  const seeds = new Map(configuration.agents.map((options) => [options.id, options]))
  const users = new Map<string, User>(
    configuration.users.map((user) => [user.id, { ...user, rights: user.rights ?? [] }]),
  )
  const resources = new Map<string, Credential>()
  for (const { audience, secret, secretHash } of configuration.resources ?? [])
    if (secret !== undefined || secretHash !== undefined)
      resources.set(audience, { secret, secretHash })
  const verifier = createVerifier()
  const hashedSeed = [...seeds.values(), ...resources.values()].some(
    ({ secret }) => secret === undefined,
  )

  const find = async (id: string) => {
    const resource = resources.get(id)
    if (resource) return { client: { kind: 'resource', id } as const, credentials: [resource] }
    const stored = await store.agent(id)
    const credentials = credentialsOf(seeds.get(id), stored, clock.now())
    const suspended = stored?.suspendedAt !== undefined
    return { client: { kind: 'agent', id } as const, credentials, suspended }
  }
  const refuseSuspended = ({ suspended }: { readonly suspended?: boolean }) => {
    if (suspended)
      throw new OperationError('invalid_client', 'The agent is suspended.', {
        fix: 'Let somebody with the right jit.admin resume it.',
      })
  }

  return {
    async agent(id: string): Promise<Agent | undefined> {
      return merge(seeds.get(id), await store.agent(id))
    },
    /** Of the options, whatever the store says of it. */
    seeded: (id: string): AgentOptions | undefined => seeds.get(id),
    seededAgents: (): readonly AgentOptions[] => [...seeds.values()],
    /** Default key of sealed handles, where the agent runs in this process. */
    stateKey(id: string): Promise<Uint8Array> {
      const { secret, secretHash } = seeds.get(id) ?? {}
      return stateKey(secret ?? secretHash ?? '')
    },
    user: (id: string): User | undefined => users.get(id),
    users: (): readonly User[] => [...users.values()],
    userByEmail: (email: string): User | undefined =>
      [...users.values()].find((user) => user.email.toLowerCase() === email.toLowerCase()),
    /** By what this process has in memory alone: no hashing. */
    async recognizeClient(id: string, secret: string): Promise<Client | undefined> {
      const known = await find(id)
      if (!known.credentials.some((each) => verifier.recognizes(each, secret))) return undefined
      refuseSuspended(known)
      return known.client
    },
    async authenticateClient(id: string, secret: string): Promise<Client> {
      const known = await find(id)
      // Asked for unknown names too, so that time does not tell which names exist.
      const hashed = hashedSeed || (await store.agents()).length > 0
      if (!(await verifier.verify(known.credentials, secret, { hashed })))
        throw new OperationError('invalid_client', 'The client is unknown or its secret is wrong.')
      refuseSuspended(known)
      return known.client
    },
  }
}

export type Directory = ReturnType<typeof createDirectory>
