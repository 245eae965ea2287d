import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'

/** A run that hangs is a failure with a name. Ending its engine, which follows, also ends its waits. */
export async function inTime<R>(going: Promise<R>, ms: number): Promise<R> {
  const over = new AbortController()
  const late = wait(ms, undefined, { signal: over.signal }).then(
    () => assert.fail(`the run neither paused nor ended within ${ms} ms`),
    () => going,
  )
  try {
    return await Promise.race([going, late])
  } finally {
    over.abort()
  }
}
