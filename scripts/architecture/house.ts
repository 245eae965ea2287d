/** How the house is laid out, as data. The rules read it; ARCHITECTURE.md tells it. */

const everything = [
  'protocol',
  'core',
  'oauth',
  'authority',
  'console',
  'guard',
  'openai-agents',
  'ai-sdk',
  'mastra',
  'langgraph',
  'google-adk',
  'mcp',
]

/** What a package's `src/` may import of the house. `conformance` stands in no list: nobody's `src/` uses it. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  core: ['protocol'],
  authority: ['protocol'],
  guard: ['protocol'],
  oauth: ['core', 'protocol'],
  console: ['authority', 'protocol'],
  conformance: ['protocol', 'core', 'authority', 'guard'],
  'openai-agents': ['core', 'protocol'],
  'ai-sdk': ['core', 'protocol'],
  mastra: ['core', 'protocol'],
  langgraph: ['core', 'protocol'],
  'google-adk': ['core', 'protocol'],
  mcp: ['core', 'protocol', 'guard'],
  cli: everything,
}

/** Adapters, and how the packages of their framework are called. */
export const adapters: Readonly<Record<string, RegExp>> = {
  'openai-agents': /^@openai\/agents/,
  'ai-sdk': /^ai$/,
  mastra: /^@mastra\/core$/,
  langgraph: /^@langchain\/langgraph$/,
  'google-adk': /^@google\/adk$/,
  mcp: /^@modelcontextprotocol\//,
}

/** The gateway forwards calls, so it may say `task.fetch(`; a plain `fetch(` is forbidden to it as to all adapters. */
export const mayCallTaskFetch: readonly string[] = ['mcp']

/**
 * Adapters that are servers themselves: the files that know their own clients' tokens, which are none
 * of the engine's, and those that listen.
 */
export const ownDoor: Readonly<
  Record<string, { readonly tokens: RegExp; readonly listens: RegExp }>
> = {
  mcp: { tokens: /^(?:door\/|index\.ts$)/, listens: /^node\.ts$/ },
}

/** Loads the driver it is given by its place: a suite's other process. */
export const mayImportComputed = /^packages\/conformance\/src\/child\//

export const noThirdParty: readonly string[] = ['protocol', 'core']

/** Packages that run anywhere, and the few files of theirs that may name a module of Node. */
export const anyRuntime: Readonly<Record<string, readonly RegExp[]>> = {
  protocol: [],
  core: [/^current-task(?:\/|\.ts$)/, /^signals(?:\/|\.ts$)/, /^node\.d\.ts$/],
  guard: [/^node\.ts$/],
  oauth: [],
}

/** Libraries that stay in one corner, so that the rest of the package can do without them. */
export const corners: readonly {
  readonly name: string
  readonly library: RegExp
  readonly only: RegExp
}[] = [
  // Operations are plain functions: HTTP is how they are reached, not what they are.
  {
    name: 'authority',
    library: /^(?:@hono\/|hono(?:\/|$))/,
    only: /^(?:http(?:\/|\.ts$)|node\.ts$)/,
  },
  // Optional peers: whoever lacks one can still import the guard.
  { name: 'guard', library: /^(?:@hono\/|hono(?:\/|$))/, only: /^hono\.ts$/ },
  { name: 'guard', library: /^express$/, only: /^express\.ts$/ },
  { name: 'guard', library: /^fastify$/, only: /^fastify\.ts$/ },
]

export interface Room {
  readonly name: string
  /** Files of the room besides `<name>.ts` and `<name>/…`. */
  readonly also?: readonly string[]
}

/** Core's rooms in import order: a file imports its own room and those before it, nothing else. */
export const rooms: readonly Room[] = [
  { name: 'clock' },
  { name: 'errors' },
  { name: 'scrub' },
  { name: 'events' },
  { name: 'policy', also: ['resource-list.ts'] },
  { name: 'store' },
  { name: 'callback', also: ['wakeups.ts'] },
  { name: 'escalation' },
  { name: 'ledger', also: ['digest.ts', 'question.ts'] },
  { name: 'handle' },
  { name: 'idempotency', also: ['body.ts'] },
  {
    name: 'flight',
    also: [
      'task-state.ts',
      'call.ts',
      'claims.ts',
      'poll.ts',
      'model-challenge.ts',
      'ask.ts',
      'admission.ts',
      'waiting.ts',
      'obtain.ts',
      'handle-check.ts',
    ],
  },
  {
    name: 'guarded-fetch',
    also: [
      'send.ts',
      'prepare.ts',
      'read-response.ts',
      'fetch-question.ts',
      'credential.ts',
      'reaction.ts',
    ],
  },
  { name: 'task', also: ['permissions.ts', 'context.ts'] },
  { name: 'current-task', also: ['node.d.ts'] },
  { name: 'tool-call' },
  { name: 'signals' },
  { name: 'engine', also: ['options.ts'] },
  { name: 'index' },
]

/** Stands beside the rooms: it may import these, and only `index` may import it. */
export const besideRooms = { name: 'lumoauth', mayImport: ['clock', 'errors'] as readonly string[] }

/** Words core and protocol never say: they know no framework. */
export const frameworks = /\b(?:openai|lang(?:graph|chain)|mastra|vercel|adk|crewai|agno)\b/i

/** A drawer holds what nobody named. */
export const drawer = /(?:^|\/)(?:utils?|helpers?|types?|common|misc)(?:\/|\.[a-z.]+$)/
