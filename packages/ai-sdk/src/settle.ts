import type { Jit, PendingApproval } from '@lumojit/core'
import type { ModelMessage, ToolApprovalResponse, ToolModelMessage } from 'ai'
import { gathered, type OpenCall, openCalls, pausedCalls } from './paused-calls.ts'
import { DROPPED, release, stillWaits } from './release.ts'
import type { RunSettings } from './run.ts'

export interface Turn<MESSAGE> {
  /** False: something still waits, and no model can be called with these messages yet. */
  readonly ready: boolean
  /** With an answer to every paused call, once `ready`. */
  readonly messages: MESSAGE[]
  /** What still waits for a decision of the authority. */
  readonly pending: readonly PendingApproval[]
}

/**
 * Asks the authority about every paused call, whatever the messages claim, and says in the SDK's own
 * words which may go on. `approved` means no more than that: the call reads the decision again when
 * it runs. A call that a later message of the user has dropped is taken back.
 */
export async function settle(
  jit: Jit,
  settings: RunSettings,
  history: readonly ModelMessage[],
): Promise<Turn<ModelMessage>> {
  const messages = gathered(history)
  const calls = openCalls(messages)
  const ours = pausedCalls(messages)
  if (ours.length === 0) return { ready: true, messages, pending: [] }

  const dropped = ours.filter(({ droppedAt }) => droppedAt !== undefined)
  const open = ours.filter(({ droppedAt }) => droppedAt === undefined)
  const declined = open.filter(({ answer }) => answer?.approved === false)
  const asked = open.filter((call) => !declined.includes(call))
  const waits = await Promise.all(asked.map(({ pause }) => stillWaits(jit, pause)))
  const waiting = asked.filter((_, at) => waits[at])
  await release(
    jit,
    settings,
    [...dropped, ...declined].map(({ pause }) => pause),
    open.length === 0,
  )

  const told = withResults(messages, dropped)
  const theirs = calls.filter(({ pause, droppedAt }) => !pause && droppedAt === undefined)
  const pending = waiting.flatMap(({ pause }) => pause.approvals)
  if (waiting.length > 0 || theirs.some(({ answer }) => !answer)) {
    return { ready: false, messages: told, pending }
  }
  const answers = calls.flatMap((call): ToolApprovalResponse[] => {
    if (call.droppedAt !== undefined) return []
    const { approvalId, pause, answer } = call
    if (answer && (!pause || !answer.approved)) return [answer]
    return [{ type: 'tool-approval-response', approvalId, approved: true }]
  })
  if (answers.length === 0) return { ready: true, messages: told, pending }
  // The SDK looks at the last message only, so every answer has to be there.
  return {
    ready: true,
    messages: [...without(told, calls), { role: 'tool', content: answers }],
    pending,
  }
}

/** Every call needs a result before a user's message can follow it. */
function withResults(messages: ModelMessage[], dropped: readonly OpenCall[]): ModelMessage[] {
  return messages.flatMap((message, at): ModelMessage[] => {
    const calls = dropped.filter(({ droppedAt }) => droppedAt === at)
    if (calls.length === 0) return [message]
    const content = calls.map(({ toolCallId, toolName }) => {
      const output = { type: 'execution-denied' as const, reason: DROPPED }
      return { type: 'tool-result' as const, toolCallId, toolName, output }
    })
    return [{ role: 'tool', content } satisfies ToolModelMessage, message]
  })
}

/** Answers of open calls stand once. */
function without(messages: readonly ModelMessage[], calls: readonly OpenCall[]): ModelMessage[] {
  const answered = new Set(calls.map(({ approvalId }) => approvalId))
  return messages.flatMap((message): ModelMessage[] => {
    if (message.role !== 'tool') return [message]
    const content = message.content.filter(
      (part) => part.type !== 'tool-approval-response' || !answered.has(part.approvalId),
    )
    return content.length > 0 ? [{ ...message, content }] : []
  })
}
