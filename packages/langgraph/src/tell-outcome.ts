import { ToolMessage } from '@langchain/core/messages'
import { GraphInterrupt } from '@langchain/langgraph'
import type { Outcome, PendingApproval, Refusal, ToolCall } from '@lumojit/core'
import type { Kept } from './kept.ts'

/** What the model is told of a refusal, as JSON. */
export interface ToldRefusal extends Refusal {
  readonly error: 'permission_refused'
  readonly next: string
}

/** The engine's outcome, as the graph wants it: a value, or a message that is an error. */
export function tellOutcome(
  outcome: Exclude<Outcome<unknown>, { kind: 'pending' }>,
  { toolName, callId }: ToolCall,
): unknown {
  switch (outcome.kind) {
    case 'done':
      return outcome.value
    case 'challenged':
      return {
        status: 'permission_required',
        challenge_id: outcome.challengeId,
        next: 'If the user asked for this, call request_jit_access with this challenge_id and a justification, then repeat this call.',
      }
    case 'refused':
      return new ToolMessage({
        status: 'error',
        name: toolName,
        tool_call_id: callId,
        content: JSON.stringify(toldOf(outcome.refusal)),
      })
  }
}

function toldOf(refusal: Refusal): ToldRefusal {
  return {
    error: 'permission_refused',
    ...refusal,
    next: refusal.retryable
      ? 'It may be tried again later.'
      : 'This is final. Do not repeat the call; say that it was not permitted.',
  }
}

/**
 * The graph's own pause. Not by `interrupt()`: that returns whatever the application resumed the thread
 * with, to whichever call comes first, and takes it away from the interrupt it was meant for. This one
 * is answered by nothing: the call is executed again, and the authority is asked.
 */
export async function interruptFor(
  { key, callId }: ToolCall,
  approval: PendingApproval,
): Promise<GraphInterrupt> {
  const value: Kept = { ...approval, key, callId }
  return new GraphInterrupt([{ id: await interruptId(key), value }])
}

/** Looks like the graph's own ids, so that it can be told apart and is the same at every pause. */
async function interruptId(key: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  const bytes = [...new Uint8Array(hash).subarray(0, 16)]
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
