import type { PendingApproval } from '@lumojit/core'
import type { ModelMessage, UIMessage } from 'ai'
import { openCalls } from './paused-calls.ts'
import { openParts } from './settle-ui.ts'

/**
 * What the paused calls of these messages wait for, for display: nobody is asked, so a decision may
 * have been made meanwhile.
 */
export function pendingPermissions(
  messages: readonly ModelMessage[] | readonly UIMessage[],
): readonly PendingApproval[] {
  const open = isUI(messages)
    ? openParts(messages).filter(({ dropped }) => !dropped)
    : openCalls(messages).filter(({ droppedAt }) => droppedAt === undefined)
  return open.flatMap(({ pause }) => pause?.approvals ?? [])
}

function isUI(
  messages: readonly ModelMessage[] | readonly UIMessage[],
): messages is readonly UIMessage[] {
  return messages.some((message) => 'parts' in message)
}
