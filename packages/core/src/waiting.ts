import type { Decision } from '@lumojit/protocol'
import { approvalOf, type Call, suspended } from './call.ts'
import { renewClaims } from './claims.ts'
import { refuse } from './errors.ts'
import { either } from './flight.ts'
import { nextWord, type Pending, standing } from './poll.ts'
import { atAuthority, type TaskState } from './task-state.ts'

const UNDETECTED_MS = 300_000
/** A hook that always wants to look again looks this often; in between there is the long poll. */
const RECHECK_MS = 1_000
/** A person's last moment, and then some for the answer to arrive. */
const GRACE_MS = 5_000

/** One wait for one decision. */
export interface Wait {
  readonly since: number
  rounds: number
  recheckAt: number
}

/** One long poll of the wait: the hook may end it, time may end it, or there is news. */
export async function turn(
  task: TaskState,
  call: Call,
  pending: Pending,
  wait: Wait,
): Promise<Decision> {
  const { clock } = task.ground
  const over = new AbortController()
  const signal = either(either(task.signal, call.signal), over.signal)
  let word: Promise<Decision> | undefined
  try {
    for (;;) {
      await renewClaims(task, call)
      if (call.pause?.aborted) return await pause(task, call)
      if (call.onPending) {
        const verdict = await hook(task, call)
        if (verdict === 'suspend') return await pause(task, call)
        if (verdict === 'recheck' && clock.now() >= wait.recheckAt) {
          wait.recheckAt = clock.now() + RECHECK_MS
          return await atAuthority(standing(task, pending.ref))
        }
      }
      const until = deadline(call, pending, wait.since)
      const left = until - clock.now()
      if (left <= 0) {
        if (until === lastMoment(pending, wait.since)) throw refuse('EXPIRED')
        return await pause(task, call)
      }
      // The hook's next turn comes when it is due; the poll stays open meanwhile.
      word ??= atAuthority(nextWord(task, call, pending, wait.rounds++, over.signal))
      const due = clock
        .sleep(Math.min(left, call.turnMs ?? left), either(signal, call.pause))
        .catch((error) => {
          if (!call.pause?.aborted || signal?.aborted) throw error
        })
      due.catch(() => {})
      const decision = await Promise.race([word, due])
      if (decision) return decision
    }
  } finally {
    over.abort()
  }
}

/** What the hook throws is the framework's own way to pause: it stands, whatever the tool does with it. */
async function hook(task: TaskState, call: Call) {
  const approval = await approvalOf(task, call)
  try {
    return await call.onPending?.(approval)
  } catch (error) {
    call.latch ??= { kind: 'thrown', error }
    throw error
  }
}

async function pause(task: TaskState, call: Call): Promise<never> {
  const approval = await approvalOf(task, call)
  call.latch ??= { kind: 'suspended' }
  throw suspended(call, approval)
}

function deadline(call: Call, pending: Pending, since: number): number {
  if (call.waitMs !== undefined) return since + call.waitMs
  if (call.pending === 'suspend' || (call.pending === 'auto' && call.durable)) return since
  return call.pending === 'auto' ? since + UNDETECTED_MS : lastMoment(pending, since)
}

/** The end of waiting in place; an authority that names none is waited for an hour. */
function lastMoment(pending: Pending, since: number): number {
  return (pending.expiresAt ?? since + 3_600_000) + GRACE_MS
}
