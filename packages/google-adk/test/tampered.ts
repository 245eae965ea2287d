import { type Event, getFunctionCalls, type Session } from '@google/adk'
import type { Tamper } from '@lumojit/conformance'
import type { GateArgs } from '../src/pauses.ts'
import type { SqliteSessions } from './sqlite-sessions.ts'

type Edited = Extract<Tamper, { kind: 'foreign-handle' | 'changed-arguments' }>

/** Whoever can write to the application's sessions can write this. */
export function tamperedSession(sessions: SqliteSessions, session: Session, tamper: Edited): void {
  if (sessions.edit(session, (event) => edit(event, tamper)) === 0) {
    throw new Error('There was nothing to tamper with.')
  }
}

function edit(event: Event, tamper: Edited): boolean {
  let edited = false
  for (const call of getFunctionCalls(event)) {
    const { originalFunctionCall, toolConfirmation } = (call.args ?? {}) as GateArgs
    if (tamper.kind === 'foreign-handle' && toolConfirmation) {
      Object.assign(toolConfirmation.payload as object, tamper.approval)
      edited = true
    }
    if (tamper.kind !== 'changed-arguments') continue
    for (const each of [call, originalFunctionCall]) {
      if (each?.id !== tamper.callId) continue
      each.args = { ...tamper.args }
      edited = true
    }
  }
  return edited
}
