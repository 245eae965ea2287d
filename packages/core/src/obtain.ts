import type { Decision, RequestRef } from '@lumojit/protocol'
import { admissible, underPolicy } from './admission.ts'
import { ask, redeem } from './ask.ts'
import type { Call } from './call.ts'
import { claim } from './claims.ts'
import { randomName } from './digest.ts'
import { type LumojitError, refuse } from './errors.ts'
import { begin, type Escalation, next } from './escalation.ts'
import { either } from './flight.ts'
import { type Entry, mayUse } from './ledger.ts'
import { hand, inherit } from './model-challenge.ts'
import { type Pending, standing } from './poll.ts'
import { type Question, questionName } from './question.ts'
import { atAuthority, type TaskState } from './task-state.ts'
import { turn } from './waiting.ts'

export interface ObtainOptions {
  /** Ask although it was denied before. The application's word only, never the model's. */
  readonly again?: boolean
  /** Grants that have just been seen to fail. */
  readonly except?: ReadonlySet<Entry>
  /** True where the model itself asks. */
  readonly byModel?: boolean
}

/**
 * From a question to a grant that this call may use: policy, denial memory, claim, ledger, then
 * the authority. Throws the refusal, `SUSPENDED`, or the reason of an abort.
 */
export async function obtain(
  task: TaskState,
  call: Call,
  asked: Question,
  how: ObtainOptions = {},
): Promise<Entry> {
  const { ground, ledger } = task
  const about = { taskId: task.id, callId: call.callId }
  try {
    await admissible(task, asked)
    const allowed = await underPolicy(task, call, asked)
    const question = how.again ? anew(allowed) : allowed
    const denied = ledger.denied(question)
    if (denied && !how.again) throw refuse(denied.code, denied)
    const entry = await settle(task, call, question, how)
    if (denied) ledger.pardon(question)
    // A person may have answered a question for the whole task with "once": then that answer
    // belongs to the call that asked, and this one asks for itself.
    return mayUse(entry, question)
      ? entry
      : await settle(task, call, { ...question, reuse: 'once' }, how)
  } catch (error) {
    const refusal = (error as LumojitError | undefined | null)?.refusal
    if (refusal?.code === 'TASK_ENDED') task.over = true
    if (refusal) ground.emit?.({ type: 'refused', code: refusal.code }, about)
    throw error
  }
}

/** Insisted on by the application: whatever was answered before, the authority is asked. */
function anew(question: Question): Question {
  return { ...question, unit: `${question.unit} ${randomName()}` }
}

async function settle(
  task: TaskState,
  call: Call,
  question: Question,
  how: ObtainOptions,
): Promise<Entry> {
  const { ground, ledger } = task
  if (question.reuse === 'once') await claim(task, call, question.unit)
  const name = await questionName(question)
  const own = await questionName({ ...question, reuse: 'once' })
  const byId = call.escalate === 'model' && !how.byModel
  const left = byId ? await inherit(task, question) : undefined
  if (left !== undefined) {
    task.knows(left, own)
    ledger.byRequest(left)?.units.add(question.unit)
  }
  // From here to the first word with the authority nothing is awaited: what another call obtains
  // meanwhile is seen either here or in its flight.
  if (how.again) ledger.forget(name)
  const held = ledger.find(question, ground.clock.now(), how.except)
  if (held) return held
  if (byId && left === undefined) throw await hand(task, call, question)
  const entry = await escalate(task, call, question, name, ledger.known(own) ?? ledger.known(name))
  const { ref } = entry.grant
  if (entry.reuse === 'once' && entry.units.has(question.unit)) {
    ledger.forget(name)
    ledger.remember(own, ref)
    call.opened.delete(name)
    call.opened.set(own, { requestId: ref.requestId })
  } else call.opened.set(name, { requestId: ref.requestId })
  return entry
}

async function escalate(
  task: TaskState,
  call: Call,
  question: Question,
  name: string,
  known: RequestRef | undefined,
): Promise<Entry> {
  const { ledger, clock } = { ledger: task.ledger, clock: task.ground.clock }
  const leave = either(task.signal, call.signal)
  const wait = { since: clock.now(), rounds: 0, recheckAt: 0 }
  let state: Escalation = begin(known)
  let waited = state.at === 'check'
  let pending: Pending | undefined
  for (;;) {
    task.signal.throwIfAborted()
    call.signal?.throwIfAborted()
    switch (state.at) {
      case 'ask': {
        const answer = await ask(task, call, question)
        if ('entry' in answer) return answer.entry
        state = next(state, { type: 'decided', decision: answer.decision })
        pending = note(task, call, name, answer.decision)
        break
      }
      case 'check': {
        const decision = await atAuthority(standing(task, state.ref, leave))
        state = next(state, { type: 'decided', decision })
        pending = note(task, call, name, decision)
        break
      }
      case 'wait': {
        waited = true
        const decision = await turn(task, call, pending as Pending, wait)
        state = next(state, { type: 'decided', decision })
        pending = note(task, call, name, decision)
        break
      }
      case 'redeem': {
        const answer = await redeem(task, question, state.ref, waited, leave)
        if ('entry' in answer) return answer.entry
        const decision = answer.decision as Exclude<Decision, { status: 'granted' }>
        state = next(state, { type: 'not-redeemed', decision })
        pending = note(task, call, name, decision)
        break
      }
      case 'refused': {
        const refusal = refuse(state.refusal.code, state.refusal)
        if (refusal.refusal && (refusal.code === 'DENIED' || refusal.code === 'REVOKED')) {
          ledger.deny(question, refusal.refusal)
        }
        throw refusal
      }
      case 'granted':
        throw new Error('unreachable: a grant is returned where it is received')
    }
  }
}

/** Keeps what a pause would have to carry, and tells the observers. */
function note(task: TaskState, call: Call, name: string, decision: Decision): Pending | undefined {
  const { emit } = task.ground
  const requestId = decision.ref?.requestId ?? call.opened.get(name)?.requestId
  if (decision.status === 'pending') {
    const { approvalUrl, expiresAt, waitsFor, ref } = decision
    call.opened.set(name, {
      requestId: ref.requestId,
      waits: {
        requestId: ref.requestId,
        waitsFor,
        ...(approvalUrl === undefined ? {} : { approvalUrl }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      },
    })
    task.open.set(ref.requestId, expiresAt)
    const waiting = task.waiting.get(ref.requestId) ?? new Set()
    task.waiting.set(ref.requestId, waiting.add(call.identity))
    emit?.(
      { type: 'request-pending', requestId: ref.requestId },
      { taskId: task.id, callId: call.callId },
    )
    return decision
  }
  if (requestId === undefined) return undefined
  call.opened.set(name, { requestId })
  task.open.delete(requestId)
  task.waiting.delete(requestId)
  if (decision.status === 'expired') task.ledger.forget(name)
  const type = decision.status === 'expired' ? 'request-expired' : 'request-denied'
  if (decision.status !== 'granted')
    emit?.({ type, requestId }, { taskId: task.id, callId: call.callId })
  return undefined
}
