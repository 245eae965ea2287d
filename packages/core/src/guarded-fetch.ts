import type { Challenge, Permission, Secret } from '@lumojit/protocol'
import { redeem } from './ask.ts'
import { type Call, suspended, ttlFor } from './call.ts'
import { renewClaims } from './claims.ts'
import { digest } from './digest.ts'
import { LumojitError, refuse } from './errors.ts'
import { either } from './flight.ts'
import { type Entry, serves } from './ledger.ts'
import { obtain, underPolicy } from './obtain.ts'
import { standing } from './poll.ts'
import { type JitRequestInit, prepare } from './prepare.ts'
import { canonicalPermission, type Question } from './question.ts'
import { readRefusal } from './read-response.ts'
import { isSafe, type Sending, send } from './send.ts'
import { atAuthority, type TaskState } from './task-state.ts'

/** Credentials tried for one call: the first, and what two challenges can add. */
const MOST_SENDS = 3
/** A grant this near its end may have ended on the way. */
const NEAR_EXPIRY_MS = 30_000

/** What went out. `fresh`: obtained for this very call, so that the same challenge again is the end of it. */
type Carried =
  | { readonly kind: 'none' }
  | { readonly kind: 'base'; readonly token: Secret }
  | {
      readonly kind: 'grant'
      readonly entry: Entry
      readonly fresh: boolean
      readonly reference?: string | undefined
    }

/**
 * `fetch`, with permission. The only place that sends anything twice. A response that asks for
 * nothing comes back as it came; a challenge is answered and the call sent again; a refusal is
 * thrown with the original response attached.
 */
export async function guardedFetch(
  task: TaskState,
  call: Call,
  input: URL | Request,
  init: JitRequestInit,
): Promise<Response> {
  if (call.latch) throw suspended(call)
  task.signal.throwIfAborted()
  const sending = await prepare(task, call, input, init)
  const journey = { renewed: false, permission: undefined as Permission | undefined }
  let carried = await firstCredential(task, call, sending, init)
  for (let attempt = 1; ; attempt++) {
    const { response, home } = await sendWith(task, call, sending, carried, attempt)
    if (!home || (response.status !== 401 && response.status !== 403)) {
      if (home) learn(task, sending, carried, response)
      return response
    }
    const onward = await react(task, call, sending, init, carried, response, attempt, journey)
    if (!onward) return response
    await response.body?.cancel()
    carried = onward
  }
}

/** The given grant, this call's declared one, a learned one, or the base token of this task and resource. */
async function firstCredential(
  task: TaskState,
  call: Call,
  sending: Sending,
  init: JitRequestInit,
): Promise<Carried> {
  const now = task.ground.clock.now()
  const { method, url } = sending
  if (init.grant) {
    const entry = await given(task, call, sending, init.grant.requestId)
    if (entry) return { kind: 'grant', entry, fresh: true }
  }
  const declared = call.declared.find((entry) => liveAt(entry, sending, now))
  if (declared) return { kind: 'grant', entry: declared, fresh: true }
  const learned = task.ledger.learned(method, url.href, now)
  if (learned && (await mayRide(task, call, sending, learned))) {
    return { kind: 'grant', entry: learned, fresh: false }
  }
  return base(task, sending)
}

function liveAt({ grant }: Entry, { resource }: Sending, now: number): boolean {
  return grant.resource.url === resource.url && grant.expiresAt > now
}

function isCarried(carried: Carried, entry: Entry): boolean {
  return carried.kind === 'grant' && carried.entry === entry
}

/** What this call may not ask for it may not be sent ahead with either, whoever asked for it. */
async function mayRide(
  task: TaskState,
  call: Call,
  { method, url }: Sending,
  { question }: Entry,
): Promise<boolean> {
  if (!task.ground.policy) return true
  return underPolicy(task, call, { ...question, method, url }).then(
    () => true,
    () => false,
  )
}

/** Whoever is handed a `once` grant first spends it; for anybody else it is as if none were given. */
async function given(
  task: TaskState,
  call: Call,
  sending: Sending,
  requestId: string,
): Promise<Entry | undefined> {
  const entry = task.ledger.byRequest(requestId)
  if (entry?.grant.resource.url !== sending.resource.url) {
    throw new LumojitError(
      'CONFIG_INVALID',
      'The given grant is not one of this task and resource.',
      'Pass what `task.request` of the same task gave for this resource.',
    )
  }
  if (entry.reuse === 'task') return entry
  const unit = await unitOf(call, await circumstancesOf(sending), sending.nth)
  entry.spentBy ??= unit
  if (entry.spentBy !== unit) return undefined
  entry.units.add(unit)
  return entry
}

async function base(
  task: TaskState,
  { resource, signal }: Sending,
  fresh = false,
): Promise<Carried> {
  if (resource.baseToken === 'none') return { kind: 'none' }
  const record = await task.record()
  const { authority } = task.ground
  const leave = either(task.signal, signal)
  const { value: token } = await task.flights.join(`base ${resource.url} ${fresh}`, leave, () =>
    atAuthority(authority.baseToken(record, task.options, resource, { ...task.io(), fresh })),
  )
  return token ? { kind: 'base', token: task.keepSecret(token) } : { kind: 'none' }
}

async function sendWith(
  task: TaskState,
  call: Call,
  sending: Sending,
  carried: Carried,
  attempt: number,
) {
  if (carried.kind === 'grant' && carried.entry.reuse === 'once') await renewClaims(task, call)
  const token =
    carried.kind === 'base'
      ? carried.token
      : carried.kind === 'grant'
        ? carried.entry.grant.token
        : undefined
  const sent = await send(task, sending, token?.reveal())
  task.ground.emit?.(
    {
      type: 'sent',
      method: sending.method,
      resource: sending.resource.url,
      with: carried.kind,
      status: sent.response.status,
      attempt,
    },
    { taskId: task.id, callId: call.callId },
  )
  return sent
}

/** A call that a `task` grant opened will need it the next time too, and starts with it then. */
function learn(
  task: TaskState,
  { method, url }: Sending,
  carried: Carried,
  response: Response,
): void {
  if (carried.kind === 'grant' && response.ok) task.ledger.learn(method, url.href, carried.entry)
}

/** The table of rulings for 401 and 403: what to send next, or nothing if the answer stands. */
async function react(
  task: TaskState,
  call: Call,
  sending: Sending,
  init: JitRequestInit,
  carried: Carried,
  response: Response,
  attempt: number,
  journey: { renewed: boolean; permission: Permission | undefined },
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

async function questionOf(
  call: Call,
  sending: Sending,
  init: JitRequestInit,
  permission: Permission,
  ttlSeconds: number,
): Promise<Question> {
  const { method, url, resource } = sending
  const circumstances = await circumstancesOf(sending)
  return {
    resource,
    permission,
    canonical: canonicalPermission(permission),
    reuse: isSafe(method) ? 'task' : 'once',
    unit: await unitOf(call, circumstances, sending.nth),
    circumstances,
    method,
    url,
    justification:
      init.justification ??
      (call.toolName ? `${call.toolName} (${method})` : `${method} ${url.pathname}`),
    ttlSeconds,
  }
}

async function circumstancesOf({ method, url, body }: Sending): Promise<string> {
  return digest([method, url.href, await body.hash()])
}

function unitOf(call: Call, circumstances: string, nth: number): Promise<string> {
  return digest([call.identity, circumstances, nth])
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
