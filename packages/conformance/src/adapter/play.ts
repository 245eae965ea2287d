import type { Jit, PendingMode, Store } from '@lumojit/core'
import type { ModelTurn, Seen, Tamper } from '../adapter-driver.ts'
import type { PlainSetup } from '../child/job.ts'
import type { Variant } from './variants.ts'

/** What a scene asks of one run; the rest has the plainest value. */
export interface Play extends Partial<Variant> {
  readonly turns: readonly ModelTurn[]
  readonly pending?: PendingMode
  readonly escalate?: 'engine' | 'model'
  readonly subject?: string
  readonly durable?: boolean
  readonly waitMs?: number
  readonly signal?: AbortSignal
  /** Shared by several runs of this process. */
  readonly store?: Store
  /** A store in a file that several processes share. */
  readonly sharedStore?: boolean
}

/** A run and what it came to: enough to go on from, here or in another process. */
export interface Played {
  readonly seen: Seen
  readonly play: Play
  /** The engine it ran on; not of a child. */
  readonly jit?: Jit
}

export interface Resuming {
  readonly tamper?: Tamper
  readonly signal?: AbortSignal
  /** Instead of the rest of the script. */
  readonly turns?: readonly ModelTurn[]
}

export interface PlayedInChild {
  readonly played: Promise<Played>
  kill(): Promise<void>
}

export function plainSetup(play: Play, directory: string): PlainSetup {
  return {
    pending: play.pending ?? 'suspend',
    escalate: play.escalate ?? 'engine',
    durable: play.durable ?? true,
    subject: play.subject ?? 'alice@acme-corp.com',
    turns: play.turns,
    stream: play.stream ?? false,
    nested: play.nested ?? false,
    swallow: play.swallow ?? false,
    directory,
    ...(play.waitMs === undefined ? {} : { waitMs: play.waitMs }),
  }
}

/** The model goes on where it was: what it has said is said. */
export function goingOn(before: Played, options: Resuming): Play {
  const { signal: _, ...play } = before.play
  return {
    ...play,
    turns: options.turns ?? before.play.turns.slice(before.seen.modelInputs.length),
    ...signalOf(options),
  }
}

export function signalOf(from: { readonly signal?: AbortSignal }): {
  readonly signal?: AbortSignal
} {
  return from.signal ? { signal: from.signal } : {}
}
