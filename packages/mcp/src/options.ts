import { type Clock, type Jit, LumojitError, systemClock } from '@lumojit/core'
import type { TaskOptions } from '@lumojit/protocol'
import type { GatewayAuth } from './door/gateway-auth.ts'

/**
 * What an MCP client is told while a person decides. `elicit`: the approval page, in the client's own
 * way, where it can show one. `block`: nothing, the call is held open for `maxBlockMs`. `result`: a
 * pending result at once; the same call goes on later. `auto` (default): the first of these that the
 * client can do, then the next.
 */
export type PendingHandling = 'auto' | 'elicit' | 'block' | 'result'

/** Whose run it is: the verified principal, and the name the client gave the run, if any. */
export interface RunOf {
  readonly principal: string
  readonly run: string
}

export interface GatewayOptions {
  /** What `createJit` gave. The gateway ends the tasks it opened; the engine is yours to close. */
  readonly jit: Jit
  /** How the gateway introduces itself. Default `lumojit`. */
  readonly name?: string
  readonly version?: string
  /** For the model, about the tools as a whole. */
  readonly instructions?: string
  readonly pending?: PendingHandling
  /**
   * Longest time one call is held open for a person, in milliseconds. Default 4000, below the 5 s
   * after which some clients give up; see that it stays below yours.
   */
  readonly maxBlockMs?: number
  /** Milliseconds between progress notifications to a client that wants them. Default 1000. */
  readonly progressMs?: number
  /** A run that is not used for this long, and in which nobody is asked for anything, ends. Default 15 min. */
  readonly idleMs?: number
  /** How long a result whose caller went away is kept for the call to be made again. Default 5 min. */
  readonly parkMs?: number
  /** Most runs that are open at once. Default 1000. */
  readonly maxRuns?: number
  /** Bytes of an answer a tool may hand to a model. Default and most 1,000,000. */
  readonly maxResultBytes?: number
  /** Whether clients are told where the approval page is. Default true. */
  readonly showApprovalUrl?: boolean
  /** Signs what a client keeps between two rounds of one call; at least 32 bytes. Default: random, so that a restart forgets. */
  readonly stateKey?: string | Uint8Array
  /** What a run is set to do, and for whom. Default: a name made of principal and run. */
  readonly task?: (run: RunOf) => TaskOptions | Promise<TaskOptions>
  /** Where the endpoint is. Default `/mcp`. */
  readonly path?: string
  /** Who may come in over HTTP. Without it everybody who reaches the socket is one principal, `local`. */
  readonly auth?: GatewayAuth
  /** Host names it is reached by, without port, besides loopback's and those of `auth.resource`. */
  readonly hosts?: readonly string[]
  /** Host names of web pages that may call it, besides loopback's. */
  readonly origins?: readonly string[]
  readonly clock?: Clock
  /** Told of mistakes that no model should read about. What it throws is dropped. */
  readonly onFault?: (error: unknown) => void
}

export type Settings = Required<Omit<GatewayOptions, 'auth' | 'instructions'>> &
  Pick<GatewayOptions, 'auth' | 'instructions'>

const MODES: readonly unknown[] = ['auto', 'elicit', 'block', 'result']
const MOST_RESULT_BYTES = 1_000_000

/** Everything that can be wrong with the options is said here. Throws `CONFIG_INVALID`. */
export function settingsOf(options: GatewayOptions): Settings {
  const settings: Settings = {
    name: 'lumojit',
    version: '0.0.0',
    pending: 'auto',
    maxBlockMs: 4_000,
    progressMs: 1_000,
    idleMs: 900_000,
    parkMs: 300_000,
    maxRuns: 1_000,
    maxResultBytes: MOST_RESULT_BYTES,
    showApprovalUrl: true,
    stateKey: crypto.getRandomValues(new Uint8Array(32)),
    task: ({ principal, run }) => ({ name: `MCP: ${principal}${run && `, run ${run}`}` }),
    path: '/mcp',
    hosts: [],
    origins: [],
    clock: systemClock,
    onFault: () => {},
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    jit: options.jit,
  }
  if (typeof settings.jit?.callTool !== 'function') {
    throw invalid('`jit` is no engine.', 'Pass what `createJit({ … })` of `@lumojit/core` gave.')
  }
  if (!MODES.includes(settings.pending)) {
    throw invalid('`pending` is unknown.', 'Use auto, elicit, block or result.')
  }
  for (const name of ['maxBlockMs', 'progressMs', 'idleMs', 'parkMs', 'maxRuns'] as const) {
    const least = name === 'maxBlockMs' || name === 'parkMs' ? 0 : 1
    if (!Number.isSafeInteger(settings[name]) || settings[name] < least) {
      throw invalid(`\`${name}\` is ${settings[name]}.`, `Use a whole number from ${least}.`)
    }
  }
  const { maxResultBytes: bytes } = settings
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > MOST_RESULT_BYTES) {
    throw invalid(`\`maxResultBytes\` is ${bytes}.`, `Use 1 to ${MOST_RESULT_BYTES}.`)
  }
  if (byteLength(settings.stateKey) < 32) {
    throw invalid('`stateKey` is shorter than 32 bytes.', 'Use 32 random bytes.')
  }
  if (!/^\/[\w\-./~]*$/.test(settings.path)) {
    throw invalid('`path` is no path.', "Use one such as '/mcp'.")
  }
  return settings
}

export function invalid(message: string, fix: string): LumojitError {
  return new LumojitError('CONFIG_INVALID', message, fix)
}

const byteLength = (key: string | Uint8Array) =>
  (typeof key === 'string' ? new TextEncoder().encode(key) : key).length
