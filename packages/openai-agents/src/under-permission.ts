import { type Jit, LumojitError, type Outcome, type ToolCall } from '@lumojit/core'
import { RunContext } from '@openai/agents'
import { currentRun, isFault } from './current-run.ts'
import type { Gate, ToolCallDetails } from './gate.ts'
import { type DeclaredPermission, readCall } from './read-call.ts'
import { tellOutcome, tellRefusal } from './tell-outcome.ts'

export interface Work {
  readonly toolName: string
  readonly gate: Gate
  readonly context: unknown
  readonly details: ToolCallDetails | undefined
  declared(): Promise<readonly DeclaredPermission[]>
  drive(jit: Jit, call: ToolCall): Promise<Outcome<unknown>>
}

/** Runs one tool call with permissions, from its start or from where it was paused. */
export async function underPermission(work: Work): Promise<unknown> {
  const { toolName, gate, details } = work
  const run = currentRun(toolName)
  try {
    if (!details?.toolCall) {
      throw new LumojitError(
        'NO_TASK',
        `The tool ${toolName} was invoked by hand: nothing names the call.`,
        'Let the agent call it, or pass the `details` that the SDK gave to the tool around it.',
      )
    }
    const context = work.context instanceof RunContext ? work.context : new RunContext(work.context)
    const before =
      details.resumeState === undefined ? undefined : await gate.reopen(context, details)
    if (before?.rejected !== undefined) {
      if (before.kept) await run.jit.abandon(before.kept.approval, run.task)
      return tellRefusal({ code: 'DENIED', message: before.rejected, retryable: false })
    }
    const call = readCall(run, toolName, details, await work.declared(), before?.kept)
    const outcome = await work.drive(run.jit, call)
    if (outcome.kind !== 'pending') return tellOutcome(outcome)
    const { key, callId } = call
    const out = await gate.suspend(context, details, { key, callId, approval: outcome.approval })
    run.paused.add(callId)
    return out
  } catch (error) {
    if (isFault(error)) run.fail(error)
    throw error
  }
}
