import type { Challenge, Permission } from '@lumojit/protocol'
import { redeem } from './ask.ts'
import { type Call, ttlFor } from './call.ts'
import { base, type Carried, liveAt } from './credential.ts'
import { LumojitError, refuse } from './errors.ts'
import { questionOf } from './fetch-question.ts'
import { either } from './flight.ts'
import { type Entry, serves } from './ledger.ts'
import { obtain } from './obtain.ts'
import { standing } from './poll.ts'
import type { JitRequestInit } from './prepare.ts'
import { readRefusal } from './read-response.ts'
import type { Sending } from './send.ts'
import { atAuthority, type TaskState } from './task-state.ts'

/** Credentials tried for one call: the first, and what two challenges can add. */
const MOST_SENDS = 3
/** A grant this near its end may have ended on the way. */
const NEAR_EXPIRY_MS = 30_000

/** What one fetch has met so far. */
export interface Journey {
  renewed: boolean
  permission: Permission | undefined
}

function isCarried(carried: Carried, entry: Entry): boolean {
  return carried.kind === 'grant' && carried.entry === entry
}

/** The table of rulings for 401 and 403: what to send next, or nothing if the answer stands. */
export async function react(
  task: TaskState,
  call: Call,
  sending: Sending,
  init: JitRequestInit,
  carried: Carried,
  response: Response,
  attempt: number,
  journey: Journey,
): Promise<Carried | undefined> {
  const { emit, clock } = task.ground
  const about = { taskId: task.id, callId: call.callId }
  if (carried.kind === 'grant' && !carried.fresh)
    task.ledger.unlearn(sending.method, sending.url.href)
  const reading = await readRefusal(response, clock)
  if (reading.kind === 'unreadable')
    emit?.({ type: 'challenge-unreadable', reason: reading.reason }, about)
  try {
    if (reading.kind === 'challenge') {
      const { challenge } = reading
      if (
        challenge.permission.kind === 'scope' &&
        !(await atAuthority(task.ground.capabilities())).scope
      )
        return undefined
      const types =
        challenge.permission.kind === 'details'
          ? challenge.permission.details.map(({ type }) => type)
          : []
      emit?.({ type: 'challenge-read', dialect: challenge.dialect, types }, about)
      journey.permission = union(journey.permission, challenge.permission)
      return await answer(
        task,
        call,
        sending,
        init,
        carried,
        challenge,
        journey.permission,
        attempt,
      )
    }
    if (response.status === 403 || journey.renewed || attempt >= MOST_SENDS) return undefined
    journey.renewed = true
    if (carried.kind === 'base') return await base(task, sending, true)
    if (carried.kind !== 'grant') return undefined
    const asking = asked(call, init, sending)
    try {
      return await renew(task, asking, carried.entry)
    } finally {
      call.latch ??= asking.latch
    }
  } catch (error) {
    throw withResponse(error, response)
  }
}

/** The call, with what this one fetch says of waiting and leaving. */
function asked(call: Call, init: JitRequestInit, { signal }: Sending): Call {
  if (init.pending === undefined && init.waitMs === undefined && signal === call.signal) return call
  const { pending = call.pending, waitMs = call.waitMs } = init
  return { ...call, pending, waitMs, signal }
}

async function answer(
  task: TaskState,
  call: Call,
  sending: Sending,
  init: JitRequestInit,
  carried: Carried,
  challenge: Challenge,
  permission: Permission,
  attempt: number,
): Promise<Carried> {
  const question = await questionOf(call, sending, init, permission, ttlFor(task, call))
  const { reference } = challenge
  if (carried.kind === 'grant' && carried.fresh) {
    const sameReference = reference !== undefined && reference === carried.reference
    if (sameReference || carried.entry.canonical === question.canonical)
      throw refuse('STILL_INSUFFICIENT')
  }
  if (attempt >= MOST_SENDS) throw refuse('STILL_INSUFFICIENT')
  // A learned grant that no longer suffices is not the answer to its own challenge.
  if (carried.kind === 'grant' && carried.entry.canonical === question.canonical) {
    task.ledger.drop(carried.entry)
  }
  const now = task.ground.clock.now()
  const other = call.declared.find(
    (entry) => liveAt(entry, sending, now) && serves(entry, question) && !isCarried(carried, entry),
  )
  if (other) return { kind: 'grant', entry: other, fresh: true, reference }
  const except = carried.kind === 'grant' ? { except: new Set([carried.entry]) } : {}
  const asking = asked(call, init, sending)
  try {
    return {
      kind: 'grant',
      entry: await obtain(task, asking, question, except),
      fresh: true,
      reference,
    }
  } finally {
    call.latch ??= asking.latch
  }
}

/** A challenge of scopes names what this operation needs beyond what was asked before (MCP, SEP-2350); details always suffice by themselves. */
function union(before: Permission | undefined, now: Permission): Permission {
  if (before?.kind !== 'scope' || now.kind !== 'scope') return now
  const [first, ...rest] = new Set([...before.scope, ...now.scope])
  return { kind: 'scope', scope: [first as string, ...rest] }
}

/** A 401 on a grant: its time may be over, or somebody ended it. Only the first is mended. */
async function renew(task: TaskState, call: Call, entry: Entry): Promise<Carried> {
  const { clock, emit } = task.ground
  const { question, grant } = entry
  const leave = either(task.signal, call.signal)
  const current = task.ledger.byRequest(grant.ref.requestId)
  // Another call has mended it already; redeeming once more would kill what that call got.
  if (current && current !== entry) return { kind: 'grant', entry: current, fresh: true }
  task.ledger.drop(entry)
  if (grant.expiresAt - clock.now() <= NEAR_EXPIRY_MS) {
    const renewed = sameOwners(await obtain(task, call, question), entry)
    return { kind: 'grant', entry: renewed, fresh: true }
  }
  const decision = await atAuthority(standing(task, grant.ref, leave))
  if (decision.status === 'granted') {
    // The reuse that was settled at first stays, also where the authority does not repeat it.
    const again = await redeem(task, { ...question, reuse: entry.reuse }, grant.ref, true, leave)
    if ('entry' in again) {
      return { kind: 'grant', entry: sameOwners(again.entry, entry), fresh: true }
    }
  }
  const ended = decision.status === 'task-ended'
  const refusal = refuse(
    ended ? 'TASK_ENDED' : 'REVOKED',
    'message' in decision && decision.message ? { message: decision.message } : {},
  )
  if (ended) task.over = true
  else if (refusal.refusal) task.ledger.deny(question, refusal.refusal)
  emit?.(
    { type: 'refused', code: ended ? 'TASK_ENDED' : 'REVOKED' },
    { taskId: task.id, callId: call.callId },
  )
  throw refusal
}

function sameOwners(entry: Entry, former: Entry): Entry {
  for (const unit of former.units) entry.units.add(unit)
  return entry
}

/** One refusal may be many callers' answer; each gets it with the response it met. */
function withResponse(error: unknown, response: Response): unknown {
  if (!(error instanceof LumojitError) || !error.refusal || error.response) {
    response.body?.cancel().catch(() => {})
    return error
  }
  const { code, message, fix, refusal, cause } = error
  return new LumojitError(code, message, fix, {
    refusal,
    response,
    ...(cause === undefined ? {} : { cause }),
  })
}
