import { AuthorityError, type Decision, type RequestRef } from '@lumojit/protocol'
import type { Call } from './call.ts'
import { either } from './flight.ts'
import type { TaskState } from './task-state.ts'

/** A long poll is held open this long. */
const WAIT_MS = 25_000
const LONGEST_PAUSE_MS = 5_000
/** An authority that does not answer for this long while somebody waits is taken for gone. */
const GONE_MS = 60_000

export type Pending = Extract<Decision, { status: 'pending' }>

/**
 * The next word on a pending request: one poll under way for all who wait for it in this task. An
 * authority that answers a long poll too early does not hold it open, and is asked at intervals
 * from then on. When the last waiter leaves, the poll ends and its connection closes.
 */
export async function nextWord(
  task: TaskState,
  call: Call,
  pending: Pending,
  round: number,
  signal?: AbortSignal,
): Promise<Decision> {
  const leave = either(either(task.signal, call.signal), signal)
  const { value } = await task.flights.join(
    `status ${pending.ref.requestId}`,
    leave,
    (stop) => poll(task, pending, round, stop),
    true,
  )
  return value
}

async function poll(
  task: TaskState,
  pending: Pending,
  round: number,
  stop: AbortSignal,
): Promise<Decision> {
  const { authority, clock, pace, wakeups } = task.ground
  const { requestId } = pending.ref
  const since = clock.now()
  for (let failures = 0; ; ) {
    if (pace.intervals || failures > 0)
      await wakeups.sleep(clock, pause(pending.retryAfterMs, round + failures), requestId, stop)
    const asked = clock.now()
    try {
      const decision = await authority.status(pending.ref, {
        ...task.io(stop),
        ...(pace.intervals ? {} : { waitMs: WAIT_MS }),
      })
      if (decision.status === 'pending' && clock.now() - asked < WAIT_MS / 2) pace.intervals = true
      return decision
    } catch (error) {
      if (!passing(error) || clock.now() - since > GONE_MS) throw error
      failures += 1
    }
  }
}

/** A question that is open with a person survives a moment in which the authority does not answer. */
function passing(error: unknown): boolean {
  return (
    error instanceof AuthorityError &&
    (error.kind === 'unreachable' || error.kind === 'rate-limited')
  )
}

/** As the authority says, else from 1 s growing to 5 s; a little later each time, so that many do not come at once. */
function pause(retryAfterMs: number | undefined, round: number): number {
  const least = retryAfterMs ?? Math.min(1_000 * 1.5 ** round, LONGEST_PAUSE_MS)
  return least * (1 + Math.random() / 10)
}

/** How a request stands now, without waiting. */
export async function standing(
  task: TaskState,
  ref: RequestRef,
  leave: AbortSignal | undefined = task.signal,
): Promise<Decision> {
  const { value } = await task.flights.join(`standing ${ref.requestId}`, leave, () =>
    task.ground.authority.status(ref, task.io()),
  )
  return value
}
