import type { TextStreamPart, ToolSet, TypedToolCall } from 'ai'
import { requestFor } from './pause-step.ts'
import { endRun, type Run } from './run.ts'

type Part = TextStreamPart<ToolSet>

/**
 * What a reader of the stream is shown: an approval request where a call waits, the fault where one
 * ended the run. `whole`: it is the whole stream, and not one of the answers that the SDK asks for
 * until one is good, so that every way in which it ends is the end of the run.
 */
export function pauseStream(run: Run, whole: boolean): TransformStream<Part, Part> {
  const calls = new Map<string, TypedToolCall<ToolSet>>()
  let told = false
  let aborted = false
  const ends = {
    flush: () => endRun(run, aborted ? 'failed' : 'ended'),
    /** Nobody reads on, so nobody will have what was said last. */
    cancel: () => endRun(run, 'failed'),
  }
  return new TransformStream<Part, Part>({
    async transform(part, controller) {
      if (part.type === 'tool-call') calls.set(part.toolCallId, part)
      if (part.type === 'abort') aborted = true
      const waiting = run.waiting.get(callOf(part))
      controller.enqueue(
        waiting ? await requestFor(run, waiting, calls.get(waiting.toolCallId)) : part,
      )
      if (run.fault === undefined || told) return
      told = true
      controller.enqueue({ type: 'error', error: run.fault })
    },
    ...(whole ? ends : {}),
  })
}

/** The call that this part would give an answer to. */
function callOf(part: Part): string {
  if (part.type === 'tool-result') return part.toolCallId
  return part.type === 'tool-approval-request' ? part.toolCall.toolCallId : ''
}
