import type { JSONValue } from 'ai'
import { isAnswer, PAUSED } from './tell-outcome.ts'

type ToModelOutput = (about: {
  readonly toolCallId: string
  readonly input: unknown
  readonly output: unknown
}) => unknown

/** What a model would read of a call that waits. None ever does: the run ends before its next turn. */
export const WAITING = 'This call waits for a decision.'

/** A refusal goes to the model as it is, past what the author wrote for the tool's own output. */
export function modelOutput(theirs: ToModelOutput | undefined): ToModelOutput {
  return (about) => {
    const { output } = about
    if (output === PAUSED) return { type: 'text', value: WAITING }
    if (isAnswer(output)) {
      return { type: 'error' in output ? 'error-json' : 'json', value: plain(output) }
    }
    if (theirs) return theirs(about)
    if (typeof output === 'string') return { type: 'text', value: output }
    return { type: 'json', value: plain(output) }
  }
}

function plain(value: unknown): JSONValue {
  return JSON.parse(JSON.stringify(value ?? null) ?? 'null') as JSONValue
}
