import type { PendingApproval } from '@lumojit/core'
import type { Json } from '@lumojit/protocol'
import type { Tamper } from './adapter-driver.ts'
import { openCalls, type PretendThread } from './pretend-framework.ts'

function isThread(kept: Json | undefined): boolean {
  return typeof kept === 'object' && kept !== null && 'messages' in kept
}

/** Every pause of a thread and of the threads inside it. */
export function approvalsOf(thread: PretendThread): readonly PendingApproval[] {
  return Object.values(thread.waiting).flatMap((kept) =>
    isThread(kept) ? approvalsOf(kept as never) : [kept as unknown as PendingApproval],
  )
}

/** The user says something else: what waited is dropped, as the model is told. */
export function dropWaiting(thread: PretendThread, text: string): void {
  for (const call of openCalls(thread)) {
    thread.messages.push({
      role: 'tool',
      callId: call.id,
      tool: call.tool,
      told: { dropped: true },
    })
  }
  thread.waiting = {}
  thread.messages.push({ role: 'user', text })
}

/** The attacks of the suite, carried out on a saved thread. */
export function tampered(
  thread: PretendThread,
  tamper: Exclude<Tamper, { kind: 'new-user-input' }>,
): void {
  for (const [id, kept] of Object.entries(thread.waiting)) {
    if (isThread(kept)) {
      tampered(kept as never, tamper)
      continue
    }
    if (tamper.kind === 'approve-locally') thread.answers[id] = { approved: true }
    if (tamper.kind === 'resume-value') thread.answers[id] = tamper.value
    if (tamper.kind === 'foreign-handle') thread.waiting[id] = tamper.approval as unknown as Json
  }
  if (tamper.kind !== 'changed-arguments') return
  for (const [at, message] of thread.messages.entries()) {
    if (message.role !== 'model' || !('calls' in message)) continue
    const calls = message.calls.map((call) =>
      call.id === tamper.callId ? { ...call, args: tamper.args } : call,
    )
    thread.messages[at] = { role: 'model', calls }
  }
}
