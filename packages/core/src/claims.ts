import type { Call } from './call.ts'
import { digest, randomName } from './digest.ts'
import { refuse } from './errors.ts'
import { either } from './flight.ts'
import type { TaskState } from './task-state.ts'

/** How long a claim outlives its holder. A crashed call is taken over after this, with the same idempotency key. */
const CLAIM_MS = 120_000
/** How long a second run of the same call waits for the first before it gives up. */
const PATIENCE_MS = 30_000
const DONE = 'done'

/**
 * Makes this execution the only one of its call that sends what `unit` names, among all that share
 * the store. At most once while the holder lives, at least once across a crash: exactly once does
 * not exist.
 */
export async function claim(task: TaskState, call: Call, unit: string): Promise<void> {
  if (!call.named) return
  const { store, clock, authority } = task.ground
  const key = `lumojit:claim:${await digest([authority.id, task.subject, call.identity, unit])}`
  if (call.claims.has(key)) return
  const until = clock.now() + PATIENCE_MS
  const leave = either(task.signal, call.signal)
  const value = randomName()
  for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
    if (await store.put(key, value, { ttlMs: CLAIM_MS, ifAbsent: true })) {
      call.claims.set(key, value)
      return
    }
    const held = await store.get(key)
    // Another send of this very execution has it: one execution does not wait for itself.
    if (call.claims.has(key)) return
    if (held === DONE || (held !== undefined && clock.now() >= until))
      throw refuse('CLAIMED_ELSEWHERE')
    await clock.sleep(pause, leave)
  }
}

/** Keeps what this execution has claimed for as long as it goes on waiting or is about to send. */
export async function renewClaims(task: TaskState, call: Call): Promise<void> {
  const { store } = task.ground
  for (const [key, value] of call.claims) {
    if ((await store.get(key)) !== value) throw refuse('CLAIMED_ELSEWHERE')
    await store.put(key, value, { ttlMs: CLAIM_MS })
  }
}

/**
 * Gives the claims back. After a call that is `done` the claim stays as a mark, so that a run that
 * was started beside it does not do it once more; a call that paused or failed may be run again.
 */
export async function releaseClaims(task: TaskState, call: Call, done: boolean): Promise<void> {
  const { store } = task.ground
  for (const [key, value] of call.claims) {
    try {
      const mine = await store.take(key, value)
      if (done && mine !== undefined)
        await store.put(key, DONE, { ttlMs: CLAIM_MS, ifAbsent: true })
    } catch {
      // What was done is done, and must be told; the claim ends by itself.
    }
  }
  call.claims.clear()
}
