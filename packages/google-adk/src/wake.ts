import type { Runner } from '@google/adk'
import { type Pause, pausesIn } from './pauses.ts'
import { replyTo } from './replies.ts'
import type { Events, RunParams, RunWithJit } from './run.ts'

/**
 * Lets the calls of a session go on that wait for the authority. It says nothing about the decision:
 * each asks the authority again, and pauses again if there is none. Nothing is run when nothing waits.
 */
export type Wake = (runner: Runner, params: Omit<RunParams, 'newMessage'>) => Events

export function wakeOf(run: RunWithJit): Wake {
  return async function* wake(runner, params) {
    const { userId, sessionId } = params
    const { appName } = runner
    const session = await runner.sessionService.getSession({ appName, userId, sessionId })
    for (const pauses of turnsOf(session ? pausesIn(session) : [])) {
      yield* run(runner, { ...params, newMessage: replyTo(pauses) })
    }
  }
}

/** ADK takes results of one turn of one agent at a time. */
function turnsOf(pauses: readonly Pause[]): readonly (readonly Pause[])[] {
  const turns = new Map<number, Pause[]>()
  for (const pause of pauses) {
    if (!pause.open) continue
    const turn = turns.get(pause.turn) ?? []
    turns.set(pause.turn, turn)
    turn.push(pause)
  }
  return [...turns.values()]
}
