import type { Jit } from '@lumojit/core'
import { isToolUIPart, type UIMessage } from 'ai'
import { type Pause, readApprovalId } from './approval-id.ts'
import { DROPPED, release, stillWaits } from './release.ts'
import type { RunSettings } from './run.ts'
import type { Turn } from './settle.ts'

interface OpenPart {
  readonly part: { state: string; approval: { id: string; approved?: boolean; reason?: string } }
  readonly pause: Pause | undefined
  readonly dropped: boolean
}

/**
 * `settle` for what a browser sent. Whatever it claims about a paused call is put right from the
 * authority; only a no of the user counts, since anybody may do without.
 */
export async function settleUI<MESSAGE extends UIMessage>(
  jit: Jit,
  settings: RunSettings,
  history: readonly MESSAGE[],
): Promise<Turn<MESSAGE>> {
  const messages = structuredClone(history) as MESSAGE[]
  const parts = openParts(messages)
  const gone: Pause[] = []
  const waiting: Pause[] = []
  let theirs = 0
  for (const { part, pause, dropped } of parts) {
    const declined = part.state === 'approval-responded' && part.approval.approved === false
    if (!pause) {
      if (!dropped && part.state === 'approval-requested') theirs++
    } else if (dropped) {
      gone.push(pause)
      part.state = 'output-denied'
      part.approval = { ...part.approval, approved: false, reason: DROPPED }
    } else if (declined) {
      gone.push(pause)
    } else if (await stillWaits(jit, pause)) {
      waiting.push(pause)
      part.state = 'approval-requested'
      const { approved: _, reason: __, ...asked } = part.approval
      part.approval = asked
    } else {
      part.state = 'approval-responded'
      part.approval = { ...part.approval, approved: true }
    }
  }
  await release(
    jit,
    settings,
    gone,
    parts.every(({ dropped }) => dropped),
  )
  return {
    ready: waiting.length === 0 && theirs === 0,
    messages,
    pending: waiting.flatMap(({ approvals }) => approvals),
  }
}

export function openParts(messages: readonly UIMessage[]): readonly OpenPart[] {
  const lastUser = messages.findLastIndex(({ role }) => role === 'user')
  return messages.flatMap((message, at) =>
    message.parts.flatMap((part) => {
      if (!isToolUIPart(part) || !part.approval) return []
      if (part.state !== 'approval-requested' && part.state !== 'approval-responded') return []
      const pause = readApprovalId(part.approval.id)
      return [{ part: part as OpenPart['part'], pause, dropped: at < lastUser }]
    }),
  )
}
