/// <reference lib="esnext.disposable" preserve="true" />
import type { Jit, PendingApproval, PendingMode, ToolContext } from '@lumojit/core'
import type { AuthorizationDetails, Json } from '@lumojit/protocol'

/**
 * The seam between the shared adapter suite and one framework. The suite owns the world, the script
 * of the model, the canaries and every assertion; a driver only translates: open the framework with
 * this set-up, start it, resume it, and say what was seen.
 */
export interface AdapterDriver {
  readonly name: string
  /** This driver's own module, which default-exports it: child processes import it by this URL. */
  readonly module: URL
  /**
   * True when the adapter can tell whether a pause has a place that outlives the process, which is
   * what `pending: 'auto'` goes by. Such a driver honours `AdapterSetup.durable`.
   */
  readonly detectsDurability: boolean
  open(setup: AdapterSetup): Promise<AdapterRun>
  readonly skips: readonly AdapterSkip[]
}

/** A requirement this framework makes impossible to state. An id the suite does not know is an error. */
export interface AdapterSkip {
  readonly id: string
  /** Only these variants of the id. Default: all of it. */
  readonly when?: 'stream' | 'nested' | 'swallow'
  readonly reason: string
  /** Names a test showing that the framework prevents it, which fails on the day the framework no longer does. */
  readonly proof: string
}

/** String arguments by name. */
export type SuiteArgs = Readonly<Record<string, string>>

/** A tool as the suite hands it over. No schema library crosses this seam. */
export interface SuiteTool {
  readonly name: string
  readonly description: string
  /** All of them are required strings. */
  readonly parameters: readonly ('id' | 'text')[]
  /** Declared permission: asked for before `execute` runs. */
  readonly permissions?: (args: SuiteArgs) => {
    readonly resource: string
    readonly details: AuthorizationDetails
  }
  execute(args: SuiteArgs, context: ToolContext): Promise<Json>
}

export interface ModelCall {
  readonly id: string
  readonly tool: string
  readonly args: SuiteArgs
}

/**
 * What the model says at one turn. Drivers hand the script to `scriptedModel`, which fills in
 * challenge ids the model was told and fails when it is asked once more than the script goes.
 */
export type ModelTurn =
  | { readonly calls: readonly ModelCall[] }
  | { readonly text: string }
  /** The model's provider breaks, with this message: `scriptedModel` throws. */
  | { readonly fails: string }
/** A turn that was really said. */
export type SaidTurn = Exclude<ModelTurn, { readonly fails: string }>

export interface AdapterSetup {
  /** Built anew for each `open`, so that nothing survives in memory but what the driver's own state holds. */
  readonly jit: Jit
  readonly tools: readonly SuiteTool[]
  /** What the model says in this `open`, in order. After a resume it goes on: turns already said are not in it. */
  readonly turns: readonly ModelTurn[]
  readonly pending: PendingMode
  /**
   * `model`: requestJitAccessTool is offered under the name `request_jit_access`, taking
   * `challenge_id` and `justification`, and a challenge is told as JSON with a member `challenge_id`.
   */
  readonly escalate: 'engine' | 'model'
  readonly waitMs?: number
  readonly stream: boolean
  /** Run the tools and the script inside a sub-agent of an outer agent, whose own model the driver scripts. */
  readonly nested: boolean
  /** Put the framework's own retry or error-swallowing layer around the tools, and a user's try/catch inside. */
  readonly swallow: boolean
  /** Whom the run is for: `onBehalfOf` of its task, from the application and never from the saved state. */
  readonly subject: string
  /** Give the framework its place that outlives the process (checkpointer, storage). False only where `detectsDurability`. */
  readonly durable: boolean
  /** The only directory two processes share: checkpoints, session databases, the saved state. */
  readonly directory: string
}

/** What one `start` or `resume` came to. */
export interface Seen {
  readonly status: 'finished' | 'paused' | 'failed'
  readonly text?: string
  /** Tool results exactly as the model's latest input holds them. */
  readonly results: readonly {
    readonly callId: string
    readonly tool: string
    readonly told: Json
  }[]
  /** What the application would show people: every pause that is open now. */
  readonly pending: readonly PendingApproval[]
  /** Everything an application would save. A string, so that it truly leaves the process. */
  readonly state: string
  /** What the model was sent, one entry a turn. */
  readonly modelInputs: readonly Json[]
  /**
   * Messages, events, chunks, spans, logs, checkpoint rows, results: canaries are searched in all of
   * it, by `util.inspect` to the last member. So no agents, clients or models: those lead everywhere.
   */
  readonly shown: readonly unknown[]
  readonly error?: unknown
}

/** Attacks in the framework's own terms. A driver that cannot express one lists the requirement as a skip, with proof. */
export type Tamper =
  /** The framework's own approval API says yes; nobody asked the authority. */
  | { readonly kind: 'approve-locally' }
  /** Whatever the framework takes as the answer to a pause. */
  | { readonly kind: 'resume-value'; readonly value: Json }
  /** Every kept approval in the state is replaced by this one. */
  | { readonly kind: 'foreign-handle'; readonly approval: PendingApproval }
  /** The state says that the paused call was made with these arguments. */
  | { readonly kind: 'changed-arguments'; readonly callId: string; readonly args: SuiteArgs }
  /** No attack: the user says something else instead, and the paused calls are dropped. */
  | { readonly kind: 'new-user-input'; readonly text: string }

/** Disposal closes files and connections; a paused run stays paused. */
export interface AdapterRun extends AsyncDisposable {
  start(input: string, options?: { readonly signal?: AbortSignal }): Promise<Seen>
  resume(
    state: string,
    options?: { readonly signal?: AbortSignal; readonly tamper?: Tamper },
  ): Promise<Seen>
}
