import type { Authority, AuthorityCapabilities, Resource } from '@lumojit/protocol'
import { type CallbackOptions, callbackOf } from './callback.ts'
import { type Clock, systemClock } from './clock.ts'
import { LumojitError } from './errors.ts'
import { emitter, type JitEvent } from './events.ts'
import type { Budget, Policy } from './policy.ts'
import { ResourceList } from './resource-list.ts'
import { memoryStore, type Store } from './store.ts'
import { atAuthority, type Ground } from './task-state.ts'
import { Wakeups } from './wakeups.ts'

export interface JitOptions {
  /** Who decides: `lumoAuth()`, or an authority in process. */
  readonly authority: Authority
  /** The only places a token ever goes to. */
  readonly resources: readonly [string | Resource, ...(string | Resource)[]]
  /** What this application lets its agents ask for. Default: everything its resources challenge for. */
  readonly policy?: Policy
  readonly budget?: Budget
  /** Seconds a token is asked to live. Default 600, at most 900. */
  readonly ttlSeconds?: number
  /** Seals handles. Newest first; at least 32 bytes each. Default: derived from the agent's secret. */
  readonly stateKey?: string | readonly string[]
  /** Shared by processes that share tasks. Default: this process's memory. */
  readonly store?: Store
  readonly clock?: Clock
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch
  /** To be told of decisions instead of looking; read with `jit.readCallback`. */
  readonly callback?: CallbackOptions
  readonly onEvent?: (event: JitEvent) => void
  /** SIGINT and SIGTERM: complete every task (at most 2 s), then raise the signal again. Default false. */
  readonly handleSignals?: boolean
}

/** Everything that can be wrong with the options is said here, before anything is sent. */
export function groundOf(options: JitOptions): Ground {
  const { authority, clock = systemClock, ttlSeconds = 600, budget = {} } = options ?? {}
  if (typeof authority?.request !== 'function') {
    throw invalid(
      '`authority` is missing.',
      'Pass `lumoAuth()`, or another implementation of Authority.',
    )
  }
  const { requests = 50, open = 5 } = budget
  for (const [name, value, most] of [
    ['ttlSeconds', ttlSeconds, 900],
    ['budget.requests', requests, 1_000_000],
    ['budget.open', open, 1_000_000],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw invalid(`\`${name}\` is ${value}.`, `Use a whole number from 1 to ${most}.`)
    }
  }
  if (options.policy && typeof options.policy.decide !== 'function') {
    throw invalid('`policy` has no `decide`.', 'Pass an object with `decide(ask)`.')
  }
  const given = options.stateKey === undefined ? undefined : readKeys(options.stateKey)
  const resources = new ResourceList(options.resources)
  const capabilities = once(() =>
    atAuthority(authority.capabilities().then((can) => listable(can, resources))),
  )
  return {
    authority,
    resources,
    policy: options.policy,
    store: options.store ?? memoryStore(clock),
    clock,
    emit: emitter(options.onEvent, clock),
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    ttlSeconds,
    budget: { requests, open },
    stateKeys: once(async () => given ?? authorityKeys(authority)),
    pace: { intervals: false },
    callback: callbackOf(options.callback),
    wakeups: new Wakeups(),
    capabilities,
  }
}

/** Remembers a success; a failure is tried again at the next need. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => {
    running ??= work().catch((error) => {
      running = undefined
      throw error
    })
    return running
  }
}

/** Without bound audiences one listed resource could have another's token asked for by naming its type. */
function listable(can: AuthorityCapabilities, resources: ResourceList): AuthorityCapabilities {
  const untyped = resources.all.find(({ types }) => !types)
  if (!can.bindsAudience && resources.all.length > 1 && untyped) {
    throw invalid(
      `Several resources are listed, the authority does not bind tokens to one, and ${untyped.url} may ask for any type.`,
      'Give every resource the `types` it may challenge for.',
    )
  }
  return can
}

function readKeys(given: string | readonly string[]): readonly Uint8Array[] {
  const keys = [given].flat().map((key) => new TextEncoder().encode(String(key)))
  if (keys.length === 0 || keys.some((key) => key.length < 32)) {
    throw invalid(
      '`stateKey` is shorter than 32 bytes.',
      'Use 32 random bytes, in base64 for example; the newest first.',
    )
  }
  return keys
}

async function authorityKeys(authority: Authority): Promise<readonly Uint8Array[]> {
  if (authority.stateKey) return [await authority.stateKey()]
  throw new LumojitError(
    'STATE_KEY_MISSING',
    'A paused call must be sealed, and there is no key to seal it with.',
    'Set `stateKey` to 32 random bytes that every process of this application shares.',
  )
}

function invalid(message: string, fix: string): LumojitError {
  return new LumojitError('CONFIG_INVALID', message, fix)
}
