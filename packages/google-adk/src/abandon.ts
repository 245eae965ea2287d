import { createEvent, type Runner, type Session } from '@google/adk'
import { type Pause, pausesIn } from './pauses.ts'
import type { RunParams } from './run.ts'
import { DECLINED } from './tell-outcome.ts'
import type { Engine } from './under-permission.ts'

/**
 * The paused calls of this session will never go on: what they wait for is taken back, what their runs
 * hold is given back, and the session says so where their results would be.
 */
export type Abandon = (
  runner: Runner,
  params: Pick<RunParams, 'userId' | 'sessionId'>,
) => Promise<void>

export function abandonOf({ jit, runs }: Engine): Abandon {
  return async ({ appName, sessionService }, { userId, sessionId }) => {
    const session = await sessionService.getSession({ appName, userId, sessionId })
    for (const pause of session ? pausesIn(session) : []) {
      if (!session || !pause.open) continue
      const { run: name, handle } = pause.kept
      await runs.aside(session, name, handle, async (run) => {
        await jit.abandon(handle, await runs.task(run, name, handle))
        await sessionService.appendEvent({ session, event: resultOf(session, pause) })
      })
    }
  }
}

function resultOf(session: Session, pause: Pause) {
  const { callId: id, toolName: name, agentName: author, branch, invocationId } = pause
  const parts = [{ functionResponse: { id, name, response: DECLINED } }]
  const last = session.events.at(-1)?.timestamp ?? 0
  return createEvent({
    invocationId,
    author,
    ...(branch === undefined ? {} : { branch }),
    content: { role: 'user', parts },
    // Databases sort by time.
    timestamp: Math.max(Date.now(), last + 1),
  })
}
