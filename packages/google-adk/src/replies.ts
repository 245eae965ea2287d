import {
  type Event,
  getFunctionResponses,
  REQUEST_CONFIRMATION_FUNCTION_CALL_NAME,
} from '@google/adk'
import type { Content, Events, Pause } from './pauses.ts'

/** What ADK takes as the answer to its confirmations. It says nothing about the decision. */
export function replyTo(pauses: readonly Pause[]): Content {
  return {
    role: 'user',
    parts: pauses.map(({ interruptId: id }) => ({
      functionResponse: {
        id,
        name: REQUEST_CONFIRMATION_FUNCTION_CALL_NAME,
        response: { confirmed: true },
      },
    })),
  }
}

/** Of these pauses, the ones that this message answers. */
export function answeredBy(message: Content | undefined, pauses: readonly Pause[]) {
  const responses = getFunctionResponses({ content: message } as Event)
  return pauses.filter(({ interruptId }) => responses.some(({ id }) => id === interruptId))
}

/**
 * Did the application say no in so many words? Anything else, a yes included, only wakes the call: who
 * decides is the authority.
 */
export function declined({ events }: Events, { interruptId }: Pause): boolean {
  const last = events.findLast(({ author }) => author === 'user')
  const reply = last && getFunctionResponses(last).find(({ id }) => id === interruptId)
  const { confirmed, response } = (reply?.response ?? {}) as {
    readonly confirmed?: unknown
    readonly response?: unknown
  }
  return confirmed === false || (typeof response === 'string' && saysNo(response))
}

/** ADK's web page sends its answer as text. */
function saysNo(text: string): boolean {
  try {
    return JSON.parse(text)?.confirmed === false
  } catch {
    return false
  }
}
