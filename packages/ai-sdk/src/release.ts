import type { Jit } from '@lumojit/core'
import type { Pause } from './approval-id.ts'
import { letGo, type RunSettings, taskOf } from './run.ts'

/** Told to a model of a call that nobody waits for any more. */
export const DROPPED = 'The user went on without this call. It was not carried out.'

/**
 * Nobody waits for these calls any more, so nobody is asked for them either. `last`: nothing else of
 * their task is open, and it ends.
 */
export async function release(
  jit: Jit,
  settings: RunSettings,
  pauses: readonly Pause[],
  last: boolean,
): Promise<void> {
  const known: Pause[] = []
  for (const pause of pauses) {
    if ((await jit.approvalStatus(pause.approvals[0])) !== 'invalid') known.push(pause)
  }
  const [first] = known
  if (!first) return
  const task = taskOf(jit, settings, first)
  for (const approval of known.flatMap(({ approvals }) => approvals)) {
    await jit.abandon(approval, task)
  }
  await (last ? task.complete() : letGo(task))
}

/** True while one of its decisions is missing. What no handle vouches for does not wait: its call asks anew. */
export async function stillWaits(jit: Jit, pause: Pause): Promise<boolean> {
  const statuses = await Promise.all(pause.approvals.map((each) => jit.approvalStatus(each)))
  return statuses.includes('pending')
}
