import {
  BasePlugin,
  type Event,
  getFunctionCalls,
  type InvocationContext,
  REQUEST_CONFIRMATION_FUNCTION_CALL_NAME,
} from '@google/adk'
import { withGates } from './gates.ts'
import type { Content } from './pauses.ts'
import type { Run, Runs, Waiting } from './runs.ts'

type ModelTurn = Parameters<BasePlugin['beforeModelCallback']>[0]
type ModelAnswer = Awaited<ReturnType<BasePlugin['beforeModelCallback']>>

/**
 * The task of a runner's runs, and their pauses. What a pause needs of ADK's, it makes as ADK would, one
 * step later: after the results of the turn, so that those of the calls beside it are kept.
 */
export class JitPlugin extends BasePlugin {
  readonly #runs: Runs
  readonly #gates = new WeakMap<Content, readonly Waiting[]>()

  constructor(runs: Runs) {
    super('lumojit')
    this.#runs = runs
  }

  override async beforeRunCallback({
    invocationContext,
  }: {
    invocationContext: InvocationContext
  }) {
    this.#runs.begin(invocationContext)
    return undefined
  }

  /** Instead of the model's next turn: a pause, or the end that a mistake of the application calls for. */
  override async beforeModelCallback({ callbackContext }: ModelTurn): Promise<ModelAnswer> {
    const { invocationContext, agentName } = callbackContext
    const run = this.#runs.own(invocationContext)
    if (!run) return undefined
    if (run.fault) return { errorCode: run.fault.code, errorMessage: run.fault.message }
    const waiting = take(run, agentName)
    if (waiting.length === 0) return undefined
    invocationContext.endInvocation = true
    const content: Content = { role: 'user', parts: [{ text: '' }] }
    this.#gates.set(content, waiting)
    return { content }
  }

  override async onEventCallback(told: { invocationContext: InvocationContext; event: Event }) {
    const { invocationContext, event } = told
    const run = this.#runs.own(invocationContext)
    if (!run || !event.content) return undefined
    const waiting = this.#gates.get(event.content)
    if (waiting) return withGates(run, event, waiting)
    // A confirmation of the application in the same turn ends it before the model would be asked.
    const calls = getFunctionCalls(event)
    const asks = calls.some(({ name }) => name === REQUEST_CONFIRMATION_FUNCTION_CALL_NAME)
    const more = asks ? take(run, event.author ?? '') : []
    return more.length > 0 ? withGates(run, event, more) : undefined
  }

  override async afterRunCallback({ invocationContext }: { invocationContext: InvocationContext }) {
    const run = this.#runs.own(invocationContext)
    if (run) await this.#runs.end(run)
  }
}

function take(run: Run, agentName: string): readonly Waiting[] {
  const waiting = [...run.waiting].filter((each) => each.agentName === agentName)
  for (const each of waiting) run.waiting.delete(each)
  return waiting
}
