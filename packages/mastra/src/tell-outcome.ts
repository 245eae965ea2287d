import type { Outcome, Refusal } from '@lumojit/core'

/**
 * What is not the tool's own value is thrown: Mastra holds values against the tool's output schema,
 * and tells the model the text of an error as it is. So the text is a sentence and JSON.
 */
class NotTheResult extends Error {
  static {
    // Mastra writes own enumerable members into streams and spans.
    Object.defineProperty(NotTheResult.prototype, 'name', { value: 'JitPermission' })
  }
}

/** The value of a tool that is done, or what to tell of one that is not. A pause is told to nobody. */
export function tellOutcome<R>(outcome: Exclude<Outcome<R>, { kind: 'pending' }>): R {
  switch (outcome.kind) {
    case 'done':
      return outcome.value
    case 'challenged':
      throw new NotTheResult(
        `A permission is required. ${JSON.stringify({
          status: 'permission_required',
          challenge_id: outcome.challengeId,
          next: 'If the user asked for this, call request_jit_access with this challenge_id and a justification, then repeat this call.',
        })}`,
      )
    case 'refused':
      throw refused(outcome.refusal)
  }
}

function refused(refusal: Refusal): NotTheResult {
  const next = refusal.retryable
    ? 'It may be tried again later.'
    : 'This is final. Do not repeat the call; say that it was not permitted.'
  return new NotTheResult(
    `The permission was refused. ${JSON.stringify({ error: 'permission_refused', ...refusal, next })}`,
  )
}
