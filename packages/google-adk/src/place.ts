import { type Context, InMemorySessionService, isLlmAgent, type Session } from '@google/adk'
import { LumojitError } from '@lumojit/core'
import { lastPauseOf, type Pause } from './pauses.ts'
import { declined } from './replies.ts'
import type { Run, Runs } from './runs.ts'

/** Where a call happens: what of it outlives the process, and whether it can pause there. */
export interface Place {
  readonly run: Run
  readonly session: Session
  readonly agentName: string
  readonly callId: string
  readonly signal: AbortSignal | undefined
  /** What the call left when it was paused; nothing on its first execution. */
  readonly pause: Pause | undefined
  readonly declined: boolean
  /** False where ADK could not go on from a pause. */
  readonly pauses: boolean
  /** Do the sessions outlive the process? */
  readonly durable: boolean
}

export function placeOf(runs: Runs, toolName: string, context: Context | undefined): Place {
  const surroundings = context?.invocationContext
  const run = surroundings && runs.of(surroundings)
  if (!context || !surroundings || !run) {
    throw new LumojitError(
      'NO_TASK',
      `The tool ${toolName} was called in a run that nothing ends the task of.`,
      'Give the Runner the jitPlugin of the same engine, first in `plugins`.',
    )
  }
  const { session } = surroundings
  const callId = context.functionCallId ?? ''
  // Without a confirmation this is a call of its own, whatever the session says of its id.
  const pause = context.toolConfirmation && lastPauseOf(session, callId)
  return {
    run,
    session,
    agentName: context.agentName,
    callId,
    signal: context.abortSignal,
    pause,
    declined: pause !== undefined && declined(session, pause),
    pauses: callId !== '' && goesOn(runs, run, surroundings),
    durable: !(surroundings.sessionService instanceof InMemorySessionService),
  }
}

/**
 * ADK goes on from a confirmation in the agent that asked for it, and in nothing around it: what an
 * AgentTool, a workflow agent, a workflow node or a live run would have done next is lost.
 */
function goesOn(runs: Runs, run: Run, surroundings: Context['invocationContext']): boolean {
  const { liveRequestQueue, workflowInstructionScope, nodeToolDepth } = surroundings
  if (liveRequestQueue || workflowInstructionScope || nodeToolDepth > 0) return false
  if (runs.own(surroundings) !== run || !surroundings.agent) return false
  for (let agent = surroundings.agent; ; agent = agent.parentAgent) {
    if (!isLlmAgent(agent)) return false
    if (!agent.parentAgent) return true
    // Only a resumable runner finds its way back into an agent that hands nothing up.
    if (agent.disallowTransferToParent && !run.resumable) return false
  }
}
