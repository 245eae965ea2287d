import {
  type Event,
  getFunctionCalls,
  getFunctionResponses,
  REQUEST_CONFIRMATION_FUNCTION_CALL_NAME,
  type Session,
} from '@google/adk'
import { type Kept, keptIn } from './kept.ts'

export type FunctionCall = ReturnType<typeof getFunctionCalls>[number]
export type Content = NonNullable<Event['content']>
/** Anything that holds a session's events. */
export type Events = Pick<Session, 'events'>

/** A call that was paused by us, as the session tells it. */
export interface Pause {
  /** Id of ADK's confirmation: what a reply names. */
  readonly interruptId: string
  readonly callId: string
  readonly toolName: string
  readonly agentName: string
  readonly branch: string | undefined
  readonly invocationId: string
  /** Where in the session the model made the call: calls of one turn share it. */
  readonly turn: number
  readonly kept: Kept
  /** Is the call still without a result? A reply to the confirmation alone is none. */
  readonly open: boolean
}

/** Every pause of ours in a session, oldest first. What a client wrote there is not one. */
export function pausesIn({ events }: Events): readonly Pause[] {
  return events.flatMap((event, at) =>
    getFunctionCalls(event).flatMap((gate): readonly Pause[] => {
      const told = gate.args as GateArgs | undefined
      const kept = keptIn(told?.toolConfirmation?.payload)
      const { id: callId, name: toolName } = told?.originalFunctionCall ?? {}
      const ours = gate.name === REQUEST_CONFIRMATION_FUNCTION_CALL_NAME && event.author !== 'user'
      if (!ours || !kept || !gate.id || !callId || !toolName) return []
      return [
        {
          interruptId: gate.id,
          callId,
          toolName,
          agentName: event.author ?? '',
          branch: event.branch,
          invocationId: event.invocationId,
          turn: events.findLastIndex((each, index) => index < at && hasCall(each, callId)),
          kept,
          open: !events.slice(at + 1).some((each) => hasResult(each, callId)),
        },
      ]
    }),
  )
}

/** What this call left when it was last paused. */
export function lastPauseOf(session: Events, callId: string): Pause | undefined {
  return pausesIn(session).findLast((pause) => pause.callId === callId)
}

/** The model's own call, as this agent's events hold it. */
export function callIn(
  { events }: Events,
  agentName: string,
  id: string,
): FunctionCall | undefined {
  return events
    .filter(({ author }) => author === agentName)
    .flatMap(getFunctionCalls)
    .findLast((call) => call.id === id && call.name !== REQUEST_CONFIRMATION_FUNCTION_CALL_NAME)
}

export interface GateArgs {
  readonly originalFunctionCall?: FunctionCall
  readonly toolConfirmation?: { readonly payload?: unknown }
}

function hasCall(event: Event, id: string): boolean {
  return getFunctionCalls(event).some((call) => call.id === id)
}

function hasResult(event: Event, id: string): boolean {
  return getFunctionResponses(event).some((result) => result.id === id)
}
