import {
  createEventActions,
  type Event,
  generateClientFunctionCallId,
  REQUEST_CONFIRMATION_FUNCTION_CALL_NAME,
  ToolConfirmation,
} from '@google/adk'
import { callIn } from './pauses.ts'
import type { Run, Waiting } from './runs.ts'

/** The event with ADK's own request for confirmation of each of these calls, as ADK would have made it. */
export function withGates(run: Run, event: Event, waiting: readonly Waiting[]): Event {
  const gates = waiting.flatMap((each) => {
    const originalFunctionCall = callIn(run.session, each.agentName, each.callId)
    if (!originalFunctionCall) return []
    const payload = each.kept
    const confirmation = new ToolConfirmation({ hint: hintOf(each), confirmed: false, payload })
    const id = generateClientFunctionCallId()
    return [{ id, callId: each.callId, originalFunctionCall, confirmation }]
  })
  const parts = gates.map(({ id, originalFunctionCall, confirmation: toolConfirmation }) => ({
    functionCall: {
      id,
      name: REQUEST_CONFIRMATION_FUNCTION_CALL_NAME,
      args: { originalFunctionCall, toolConfirmation: { ...toolConfirmation } },
    },
  }))
  // Databases sort by time: what stands before the confirmation must not come after it.
  const last = run.session.events.at(-1)?.timestamp ?? 0
  event.timestamp = Math.max(event.timestamp, last + 1)
  const already = event.content?.parts?.filter(({ functionCall }) => functionCall) ?? []
  return {
    ...event,
    content: { role: 'user', parts: [...already, ...parts] },
    longRunningToolIds: [...(event.longRunningToolIds ?? []), ...gates.map(({ id }) => id)],
    actions: createEventActions({
      requestedToolConfirmations: {
        ...event.actions.requestedToolConfirmations,
        ...Object.fromEntries(gates.map(({ callId, confirmation }) => [callId, confirmation])),
      },
    }),
  }
}

/** For whatever shows confirmations and knows nothing of us. */
function hintOf({ kept }: Waiting): string {
  const urls = kept.requests.flatMap(({ approvalUrl }) => approvalUrl ?? [])
  const where = urls.length > 0 ? ` It is decided at ${urls.join(' and ')}.` : ''
  return `${kept.toolName} waits for a permission.${where} Any answer here makes it look again; no ends it.`
}
