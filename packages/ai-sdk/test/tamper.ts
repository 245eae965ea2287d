import type { SuiteArgs, Tamper } from '@lumojit/conformance'
import type { PendingApproval } from '@lumojit/core'
import { isToolUIPart, type ModelMessage, type UIMessage } from 'ai'
import { type Pause, readApprovalId, writeApprovalId } from '../src/approval-id.ts'

/** What an application saved, in the shape of either kind of message. */
export type Saved =
  | { readonly kind: 'model'; readonly messages: ModelMessage[] }
  | { readonly kind: 'ui'; readonly messages: UIMessage[] }

/** The saved messages as an attacker who holds them would leave them. */
export function tampered(saved: Saved, tamper: Tamper): Saved {
  switch (tamper.kind) {
    case 'approve-locally':
      return answered(saved, {})
    case 'resume-value':
      return answered(saved, { reason: JSON.stringify(tamper.value) })
    case 'foreign-handle':
      return replaced(saved, tamper.approval)
    case 'changed-arguments':
      return changed(saved, tamper.callId, tamper.args)
    case 'new-user-input':
      return said(saved, tamper.text)
  }
}

function answered(saved: Saved, more: { readonly reason?: string }): Saved {
  if (saved.kind === 'model') {
    const content = saved.messages.flatMap((message) =>
      message.role !== 'assistant' || typeof message.content === 'string'
        ? []
        : message.content.flatMap((part) =>
            part.type === 'tool-approval-request'
              ? [
                  {
                    type: 'tool-approval-response' as const,
                    approvalId: part.approvalId,
                    approved: true,
                    ...more,
                  },
                ]
              : [],
          ),
    )
    return { ...saved, messages: [...saved.messages, { role: 'tool', content }] }
  }
  return eachPart(saved, (part) => {
    if (part.state !== 'approval-requested') return
    part.state = 'approval-responded' as never
    part.approval = { ...(part.approval as object), approved: true, ...more } as never
  })
}

function replaced(saved: Saved, approval: PendingApproval): Saved {
  const forged = (id: string) => {
    const pause = readApprovalId(id)
    return pause ? writeApprovalId({ ...pause, approvals: [approval] } satisfies Pause) : id
  }
  if (saved.kind === 'ui') {
    return eachPart(saved, (part) => {
      if (part.approval) part.approval = { ...part.approval, id: forged(part.approval.id) } as never
    })
  }
  return eachModelPart(saved, (part) => {
    if (part.type === 'tool-approval-request') part.approvalId = forged(part.approvalId as string)
  })
}

function changed(saved: Saved, callId: string, args: SuiteArgs): Saved {
  if (saved.kind === 'ui') {
    return eachPart(saved, (part) => {
      if (part.toolCallId === callId) part.input = args
    })
  }
  return eachModelPart(saved, (part) => {
    if (part.type === 'tool-call' && part.toolCallId === callId) part.input = args
  })
}

function said(saved: Saved, text: string): Saved {
  if (saved.kind === 'model') {
    return { ...saved, messages: [...saved.messages, { role: 'user', content: text }] }
  }
  const message: UIMessage = { id: 'later', role: 'user', parts: [{ type: 'text', text }] }
  return { ...saved, messages: [...saved.messages, message] }
}

type ToolPart = Extract<UIMessage['parts'][number], { toolCallId: string }>

function eachPart(saved: Saved & { kind: 'ui' }, change: (part: ToolPart) => void): Saved {
  const messages = structuredClone(saved.messages)
  for (const { parts } of messages) {
    for (const part of parts) if (isToolUIPart(part)) change(part as ToolPart)
  }
  return { ...saved, messages }
}

function eachModelPart(
  saved: Saved & { kind: 'model' },
  change: (part: Record<string, unknown>) => void,
): Saved {
  const messages = structuredClone(saved.messages)
  for (const { content } of messages) {
    if (typeof content === 'string') continue
    for (const part of content) change(part as never)
  }
  return { ...saved, messages }
}
