import type { ModelMessage, ToolApprovalResponse } from 'ai'
import { type Pause, readApprovalId } from './approval-id.ts'

/** A call of the history that has an approval request and no result. */
export interface OpenCall {
  readonly toolCallId: string
  readonly toolName: string
  readonly approvalId: string
  /** Of ours; absent for an approval that the application itself asked for. */
  readonly pause?: Pause
  /** What the history says was answered. Anybody may have written that. */
  readonly answer?: ToolApprovalResponse
  /** Index of the user's message that came after it: nobody waits for this call any more. */
  readonly droppedAt?: number
}

export interface PausedCall extends OpenCall {
  readonly pause: Pause
}

/** The open calls that a pause of ours was kept for. */
export function pausedCalls(messages: readonly ModelMessage[]): readonly PausedCall[] {
  return openCalls(messages).flatMap((call) => (call.pause ? [{ ...call, pause: call.pause }] : []))
}

/** In the order of the calls. A call that was asked about twice counts with its latest request. */
export function openCalls(messages: readonly ModelMessage[]): readonly OpenCall[] {
  const names = new Map<string, string>()
  const requests = new Map<string, { approvalId: string; at: number }>()
  const answers = new Map<string, ToolApprovalResponse>()
  const done = new Set<string>()
  const users: number[] = []
  for (const [at, message] of messages.entries()) {
    if (message.role === 'user') users.push(at)
    if (typeof message.content === 'string') continue
    for (const part of message.content) {
      if (part.type === 'tool-call') names.set(part.toolCallId, part.toolName)
      if (part.type === 'tool-result') done.add(part.toolCallId)
      if (part.type === 'tool-approval-response') answers.set(part.approvalId, part)
      if (part.type === 'tool-approval-request') {
        requests.set(part.toolCallId, { approvalId: part.approvalId, at })
      }
    }
  }
  return [...requests].flatMap(([toolCallId, { approvalId, at }]) => {
    const toolName = names.get(toolCallId)
    if (toolName === undefined || done.has(toolCallId)) return []
    const pause = readApprovalId(approvalId)
    const answer = answers.get(approvalId)
    const droppedAt = users.find((each) => each > at)
    return [
      {
        toolCallId,
        toolName,
        approvalId,
        ...(pause ? { pause } : {}),
        ...(answer ? { answer } : {}),
        ...(droppedAt === undefined ? {} : { droppedAt }),
      },
    ]
  })
}

export function callIds(messages: readonly ModelMessage[]): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const { role, content } of messages) {
    if (role !== 'assistant' || typeof content === 'string') continue
    for (const part of content) if (part.type === 'tool-call') ids.add(part.toolCallId)
  }
  return ids
}

/** Puts requests that came alone into the message of their call, where a provider expects no empty turn. */
export function gathered(messages: readonly ModelMessage[]): ModelMessage[] {
  const out: ModelMessage[] = []
  for (const message of messages) {
    if (message.role === 'tool' && message.content.length === 0) continue
    if (message.role !== 'assistant' || typeof message.content === 'string') {
      out.push(message)
      continue
    }
    const left = message.content.filter((part) => {
      if (part.type !== 'tool-approval-request') return true
      const at = out.findIndex((each) => holds(each, part.toolCallId))
      const home = out[at]
      if (home?.role !== 'assistant' || typeof home.content === 'string') return true
      out[at] = { ...home, content: [...home.content, part] }
      return false
    })
    if (left.length > 0) out.push({ ...message, content: left })
  }
  return out
}

function holds({ role, content }: ModelMessage, toolCallId: string): boolean {
  if (role !== 'assistant' || typeof content === 'string') return false
  return content.some((part) => part.type === 'tool-call' && part.toolCallId === toolCallId)
}
