import type { ModelMessage, StepResult, ToolSet, TypedToolCall } from 'ai'
import { reasonOf, writeApprovalId } from './approval-id.ts'
import { signatureFor, writtenInput } from './experimental.ts'
import type { Run, Waiting } from './run.ts'

type Step = Pick<StepResult<ToolSet>, 'content'> & {
  readonly response: Pick<StepResult<ToolSet>['response'], 'messages'>
}
type Call = TypedToolCall<ToolSet>

/** The SDK's own approval request for a call that waits. `call`: as the SDK parsed it, where that is at hand. */
export async function requestFor(run: Run, waiting: Waiting, call: Call | undefined) {
  const { toolCallId, toolName, input, pause } = waiting
  const approvalId = writeApprovalId(pause)
  const toolCall = call ?? ({ type: 'tool-call', toolCallId, toolName, input } as Call)
  return {
    type: 'tool-approval-request' as const,
    approvalId,
    toolCall,
    reason: reasonOf(pause),
    ...(await signatureFor(run.signingKey, approvalId, toolCall)),
  }
}

/**
 * Makes the step that has just ended what it would be had the SDK itself paused: an approval request
 * in place of the result. In place, since the SDK builds everything else from this object.
 */
export async function pauseStep(run: Run, step: Step): Promise<void> {
  if (run.waiting.size === 0) return
  const calls = new Map<string, Call>()
  for (const part of step.content) if (part.type === 'tool-call') calls.set(part.toolCallId, part)
  await dropUnheard(run, calls)
  if (run.waiting.size === 0) return
  const requests = await Promise.all(
    [...run.waiting.values()].map((each) => requestFor(run, each, calls.get(each.toolCallId))),
  )
  const left = step.content.filter((part) => !stoodFor(run, part))
  step.content.splice(0, step.content.length, ...left, ...requests)
  const { messages } = step.response
  forget(run, messages)
  const parts = requests.map(({ toolCall, ...said }) => {
    return { ...said, toolCallId: toolCall.toolCallId, ...writtenInput(toolCall) }
  })
  const home = messages.find(({ role }) => role === 'assistant')
  if (home?.role === 'assistant' && typeof home.content !== 'string') home.content.push(...parts)
  else messages.push({ role: 'assistant', content: parts })
  const spoken = messages.filter(({ content }) => content.length > 0)
  messages.splice(0, messages.length, ...spoken)
}

/** The SDK may give an answer of the model up and ask again: calls of the first are in no message. */
async function dropUnheard(run: Run, calls: ReadonlyMap<string, Call>): Promise<void> {
  for (const { toolCallId, pause } of [...run.waiting.values()]) {
    if (calls.has(toolCallId) || run.history.has(toolCallId)) continue
    run.waiting.delete(toolCallId)
    for (const approval of pause.approvals) await run.jit.abandon(approval, run.task)
  }
}

/** Takes what stood for the results of waiting calls out of messages, also in place. */
export function forget(run: Run, messages: readonly ModelMessage[]): void {
  for (const { content } of messages) {
    if (typeof content === 'string') continue
    const parts: unknown[] = content
    const left = parts.filter((part) => !stoodFor(run, part))
    parts.splice(0, parts.length, ...left)
  }
}

function stoodFor({ waiting }: Run, part: unknown): boolean {
  const { type, toolCallId, toolCall } = part as {
    readonly type: string
    readonly toolCallId?: string
    readonly toolCall?: Call
  }
  if (type !== 'tool-result' && type !== 'tool-approval-request') return false
  return waiting.has(toolCallId ?? toolCall?.toolCallId ?? '')
}
