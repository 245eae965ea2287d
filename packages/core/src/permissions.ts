import {
  type AuthorizationDetails,
  canonical,
  type Resource,
  type Reuse,
  readDetails,
} from '@lumojit/protocol'
import { type Call, newCall, type PendingMode, suspended, ttlFor } from './call.ts'
import { digest } from './digest.ts'
import { LumojitError } from './errors.ts'
import { either } from './flight.ts'
import { guardedFetch } from './guarded-fetch.ts'
import { type Entry, type GrantInfo, infoOf } from './ledger.ts'
import { obtain } from './obtain.ts'
import { asCalled, type JitRequestInit } from './prepare.ts'
import type { Question } from './question.ts'
import { scrub } from './scrub.ts'
import type { TaskState } from './task-state.ts'

export interface AskOptions {
  /** The `url` or `audience` of a listed resource, or any URL within it. */
  readonly resource: string
  /** Why, in one sentence, for the person who decides; at most 480 characters. */
  readonly justification: string
  /** Seconds, at most 900. Default: the engine's `ttlSeconds`. */
  readonly ttlSeconds?: number
  /** Default `once`. */
  readonly reuse?: Reuse
  /** Ask although it was denied before in this task. Default false. */
  readonly again?: boolean
  readonly pending?: PendingMode
  readonly waitMs?: number
  readonly signal?: AbortSignal
}

/** What a task, or one tool call of it, may do. Every function can be used unbound. */
export interface Permissions {
  /** Throws `LumojitError` when refused; a response that is no challenge comes back as it came. */
  readonly fetch: (input: string | URL | Request, init?: JitRequestInit) => Promise<Response>
  /** Asks before any API has refused. The grant it names goes to `fetch` as `grant`. */
  readonly request: (details: AuthorizationDetails, options: AskOptions) => Promise<GrantInfo>
  /** For what is not `fetch` (a database driver, gRPC). The token is scrubbed from what `use` returns. */
  readonly withToken: <R>(
    details: AuthorizationDetails,
    options: AskOptions,
    use: (token: string) => Promise<R>,
  ) => Promise<R>
}

/** `call`: the tool call around; without one, every use is a call of its own. */
export function permissionsOf(state: () => TaskState, call?: Call): Permissions {
  const ask = async (details: AuthorizationDetails, options: AskOptions): Promise<Entry> => {
    const task = state()
    const own = call ?? (await newCall(undefined, {}))
    if (own.latch) throw suspended(own)
    const question = await askedFor(task, own, details, options)
    await task.record()
    const asking: Call = {
      ...own,
      pending: options.pending ?? own.pending,
      waitMs: options.waitMs ?? own.waitMs,
      signal: either(options.signal, own.signal),
    }
    try {
      return await obtain(task, asking, question, options.again ? { again: true } : {})
    } finally {
      own.latch ??= asking.latch
    }
  }
  return {
    fetch: async (input, init) => {
      const called = asCalled(input, init)
      const own = call ?? (await newCall(undefined, {}))
      return guardedFetch(state(), own, called.input, called.init)
    },
    request: async (details, options) => infoOf(await ask(details, options)),
    withToken: async (details, options, use) => {
      const { grant } = await ask(details, options)
      return scrub(await use(grant.token.reveal()), state().tokens)
    },
  }
}

/** A question that no HTTP call led to. */
async function askedFor(
  task: TaskState,
  call: Call,
  details: AuthorizationDetails,
  options: AskOptions,
): Promise<Question> {
  const resource = listedResource(task, options.resource)
  const read = detailsOf(details)
  const permission = canonical(read)
  const { ttlSeconds = ttlFor(task, call) } = options
  return {
    resource,
    permission: { kind: 'details', details: read },
    canonical: permission,
    reuse: options.reuse ?? 'once',
    unit: await digest([call.identity, 'asked', permission]),
    circumstances: await digest(['asked', call.toolName]),
    method: '',
    url: new URL(resource.url),
    justification: options.justification,
    ttlSeconds: Math.min(ttlSeconds, 900),
  }
}

/** What an application passes is read as carefully as what comes over the wire. */
export function detailsOf(details: unknown): AuthorizationDetails {
  const read = readDetails(details)
  if (read.kind === 'details') return read.details
  throw new LumojitError(
    'CONFIG_INVALID',
    `The details asked for are not RFC 9396 authorization details (${read.reason}).`,
    'Pass an array of objects, each with a string `type`.',
  )
}

function listedResource(task: TaskState, name: string): Resource {
  const resource = task.ground.resources.named(name)
  if (resource) return resource
  throw new LumojitError(
    'ORIGIN_NOT_LISTED',
    'The permission is for a resource that is not listed.',
    'Add its URL to `resources`, or correct `resource`.',
  )
}
