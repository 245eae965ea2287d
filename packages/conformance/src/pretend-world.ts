import {
  type AuthorityOptions,
  type AuthorityServer,
  type Counts,
  createAuthority,
} from '@lumojit/authority'
import { serveAuthority } from '@lumojit/authority/node'
import { createJit, type Jit, type JitOptions, lumoAuth } from '@lumojit/core'
import type { Authority, Dialect, Resource } from '@lumojit/protocol'
import type { PretendApi } from './pretend-api.ts'
import { type ManualClock, manualClock } from './pretend-clock.ts'
import type { Connection } from './pretend-connection.ts'
import { bearerOf, type Claims, claimsOf } from './pretend-credential.ts'
import { type Faults, pretendFaults } from './pretend-faults.ts'
import { type GuardedApi, guardedApi } from './pretend-guarded-api.ts'
import { type PretendHuman, people, pretendHuman } from './pretend-human.ts'
import { type PretendNet, pretendNet } from './pretend-net.ts'

export interface WorldOptions {
  /** Real sockets on free loopback ports and the system's clock, for tests with several processes. Default false. */
  readonly http?: boolean
  readonly dialect?: Dialect
  /** The API repeats its stored answer for a repeated idempotency key. Default false: it records keys and ignores them. */
  readonly idempotent?: boolean
  /** The guard says what is missing even to callers without a token. Default false. */
  readonly challengeAnonymous?: boolean
  /** Further APIs beside Acme, each with its own guard, origin and audience. */
  readonly apis?: readonly string[]
  /** Laid over the options of the world's authority. */
  readonly authority?: Partial<Omit<AuthorityOptions, 'url' | 'org' | 'clock'>>
}

type IssuedKind = 'agent' | 'resource' | 'jit' | 'user'

/** A whole small world: who decides, what is protected, a person, time, and the lines between them. */
export interface World {
  readonly authority: AuthorityServer
  readonly issuer: string
  /** For `createJit`: Acme first, then the further ones. */
  readonly resources: readonly [Resource, ...Resource[]]
  readonly api: PretendApi
  /** The further APIs, by name. */
  readonly apis: Readonly<Record<string, PretendApi>>
  readonly human: PretendHuman
  readonly clock: ManualClock
  readonly net: PretendNet
  readonly faults: Faults
  /** Counted at the authority. */
  counts(): Readonly<Counts>
  /** Every token ever issued (of this kind), in order. */
  tokens(kind?: IssuedKind): readonly string[]
  /** The claims of a token, an `Authorization` value or a request's, unverified; undefined when there are none. */
  claims(of: string | Request): Claims | undefined
  /** True when introspection calls it active, or any of the APIs lets it in. */
  isAlive(token: string): Promise<boolean>
  /** Every token of an agent that is alive. */
  alive(): Promise<readonly string[]>
  /** Ends a task behind the engine's back. */
  endTask(taskId: string): Promise<void>
  /** An engine in this world. Disposed of by `close()`, if not before. */
  jit(overrides?: Partial<JitOptions>): Jit
  /** Port Authority over real HTTP; needs `http: true`. */
  lumo(overrides?: Parameters<typeof lumoAuth>[0]): Authority
  /** What another process needs to connect, as JSON; needs `http: true`. */
  env(): string
  close(): Promise<void>
}

const ORG = 'acme-corp'
const AGENT = { id: 'agt_research-bot', secret: 'the-secret-of-the-research-bot' }
const START = Date.UTC(2026, 0, 30, 14)

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const http = options.http === true
  const { faults, behind } = pretendFaults()
  const apis: PretendApi[] = []
  const clock = manualClock(
    START,
    () => faults.busy + apis.reduce((sum, each) => sum + each.busy, 0),
  )
  const net = pretendNet()
  const issued: { kind: IssuedKind; value: string }[] = []
  const closers: (() => Promise<unknown> | unknown)[] = []

  const names = ['acme', ...(options.apis ?? [])]
  const audiences = names.map((name) => `https://api.${name}-corp.com`)
  const common = {
    org: ORG,
    agents: [AGENT],
    users: [people.alice, people.bob, { ...people.approver, rights: ['jit.approve'] }],
    resources: audiences,
    ...options.authority,
    onTokenIssued: (token: { kind: IssuedKind; value: string }) => void issued.push(token),
  } satisfies Omit<AuthorityOptions, 'url'>
  const running = http ? await serveAuthority(common) : undefined
  const authority =
    running?.authority ?? createAuthority({ ...common, url: 'https://auth.acme-corp.com', clock })
  closers.push(() => (running ? running.close() : authority.close()))
  if (!http) net.host(authority.url, (request) => authority.fetch(request))

  const guarded: GuardedApi[] = []
  for (const audience of audiences) {
    const made = await guardedApi(authority, audience, {
      ...options,
      net: http ? undefined : net,
      clock,
    })
    guarded.push(made)
    apis.push(made.api)
    // Before the authority, so that no feed is cut: guards leave by themselves.
    closers.unshift(made.close)
  }
  const [api] = apis
  if (!api) throw new Error('A world has at least one API.')
  const resources = apis.map(({ url, audience }) => ({ url, audience })) as [
    Resource,
    ...Resource[],
  ]

  const connection = (): Connection => {
    if (!http) throw new Error('Only a world with `http: true` can be reached from elsewhere.')
    return {
      url: authority.url,
      org: ORG,
      clientId: AGENT.id,
      clientSecret: AGENT.secret,
      resources,
    }
  }
  const isAlive = async (token: string) => {
    const client = { kind: 'agent', id: AGENT.id } as const
    if ((await authority.operations.introspect({ client, token })).active) return true
    for (const { letsIn } of guarded) if (await letsIn(token)) return true
    return false
  }
  const world: World = {
    authority,
    issuer: authority.issuer,
    resources,
    api,
    apis: Object.fromEntries(names.slice(1).map((name, at) => [name, apis[at + 1] as PretendApi])),
    human: pretendHuman(authority),
    clock,
    net,
    faults,
    counts: () => authority.counts(),
    tokens: (kind) =>
      issued.filter((each) => kind === undefined || each.kind === kind).map((each) => each.value),
    claims: (of) => claimsOf(typeof of === 'string' ? of.replace(/^Bearer +/i, '') : bearerOf(of)),
    isAlive,
    alive: async () => {
      const found: string[] = []
      for (const { kind, value } of issued)
        if (kind !== 'user' && (await isAlive(value))) found.push(value)
      return found
    },
    endTask: async (taskId) => {
      await authority.operations.completeTask({ by: { agent: AGENT.id }, taskId })
    },
    jit: (overrides) => {
      const jit = createJit({
        authority: behind(
          http ? lumoAuth(connection()) : authority.asAuthority({ agentId: AGENT.id }),
        ),
        resources,
        ...(http ? {} : { clock, fetch: net.fetch }),
        ...overrides,
      })
      closers.unshift(() => jit[Symbol.asyncDispose]())
      return jit
    },
    lumo: (overrides) => lumoAuth({ ...connection(), ...overrides }),
    env: () => JSON.stringify(connection()),
    close: async () => {
      for (const close of closers.splice(0)) await close()
    },
  }
  return world
}
