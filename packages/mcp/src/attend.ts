import type { PendingApproval } from '@lumojit/core'
import { deferred } from './deferred.ts'
import type { Execute, OpenCall, Settled, Waiting } from './open-call.ts'
import type { Settings } from './options.ts'
import type { Caller } from './read-call.ts'

/**
 * One caller's part in a call: begins or joins it, and leaves when there is a result, when its
 * patience is over, or when its client is gone. The call is done at most once whoever comes and goes.
 */
export async function attend(
  call: OpenCall,
  caller: Caller,
  settings: Settings,
  execute: Execute,
): Promise<Settled> {
  const { clock, maxBlockMs } = settings
  return attendUntil(clock.now() + maxBlockMs, call, caller, settings, execute)
}

async function attendUntil(
  until: number,
  call: OpenCall,
  caller: Caller,
  settings: Settings,
  execute: Execute,
): Promise<Settled> {
  const { clock, progressMs } = settings
  caller.signal.throwIfAborted()
  const left = new AbortController()
  const asked = deferred<PendingApproval>()
  const patient = (approval: PendingApproval) => caller.waits(approval) && clock.now() < until
  const waiting: Waiting = {
    signal: caller.signal,
    stays: (approval) => {
      asked.resolve(approval)
      return patient(approval)
    },
  }
  const patience = async (): Promise<Settled> => {
    const approval = await asked.promise
    if (patient(approval)) {
      if (caller.progress) tell(caller.progress, approval)
      await clock.sleep(until - clock.now(), left.signal)
    }
    return { kind: 'pending', approval: call.approval ?? approval }
  }
  const tell = (progress: NonNullable<Caller['progress']>, approval: PendingApproval) => {
    const beat = async (): Promise<void> => {
      await progress(waitsFor(approval, settings))
      await clock.sleep(progressMs, left.signal)
      return beat()
    }
    // A client that cannot be told is about to be gone.
    beat().catch(() => {})
  }
  const leaving = deferred<never>()
  const leave = () => leaving.reject(caller.signal.reason)
  caller.signal.addEventListener('abort', leave, { once: true })
  try {
    const patienceOver = patience()
    patienceOver.catch(() => {})
    const settled = await Promise.race([call.join(waiting, execute), patienceOver, leaving.promise])
    if (settled.kind === 'result' || !patient(settled.approval)) return settled
  } finally {
    left.abort(new Error('The caller has left.'))
    call.leave(waiting)
    caller.signal.removeEventListener('abort', leave)
  }
  // It was paused for want of anybody who waits, just before this caller came.
  return attendUntil(until, call, caller, settings, execute)
}

/** For a person who watches a client. */
function waitsFor({ toolName, requests }: PendingApproval, { showApprovalUrl }: Settings): string {
  const url = showApprovalUrl
    ? requests.find(({ approvalUrl }) => approvalUrl)?.approvalUrl
    : undefined
  return `Waiting for a person to approve "${toolName}"${url === undefined ? '.' : `: ${url}`}`
}
