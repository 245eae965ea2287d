import type { Decision, Grant, PermissionRequest, RequestRef } from '@lumojit/protocol'
import { AuthorityError, compareGranted } from '@lumojit/protocol'
import type { Call } from './call.ts'
import { digest } from './digest.ts'
import { plainText, refuse } from './errors.ts'
import { either } from './flight.ts'
import type { Entry } from './ledger.ts'
import { type Question, questionName } from './question.ts'
import { atAuthority, type TaskState } from './task-state.ts'

/** Either the grant, or how the request stands instead. */
export type Answer = { readonly entry: Entry } | { readonly decision: Decision }

/**
 * Asks the authority, once for all who have this question now. Calls with an effect share only
 * what is granted at once: where a person is asked, each of them is asked for by itself.
 */
export async function ask(task: TaskState, call: Call, question: Question): Promise<Answer> {
  const { resource, canonical, reuse, unit } = question
  const leave = either(task.signal, call.signal)
  const name = JSON.stringify(['ask', resource.url, canonical, reuse])
  const { value, led } = await task.flights.join(name, leave, () => request(task, question))
  if (led) return value
  if ('entry' in value || reuse === 'task') {
    task.ground.emit?.({ type: 'request-joined' }, { taskId: task.id, callId: call.callId })
    if ('entry' in value) value.entry.units.add(unit)
    return value
  }
  const own = JSON.stringify(['ask', resource.url, canonical, reuse, unit])
  return (await task.flights.join(own, leave, () => request(task, question))).value
}

async function request(task: TaskState, question: Question): Promise<Answer> {
  const record = await task.record()
  const { authority, emit } = task.ground
  const asked = await asRequest(task, question)
  const once = () => authority.request(record, asked, task.io())
  // The same key again after a lost answer opens no second request.
  const decision = await task.withinBudget(() => once().catch(again(task, once)))
  if (decision.ref) {
    task.ledger.remember(await questionName(question), decision.ref)
    const { requestId } = decision.ref
    const { risk } = decision
    emit?.({ type: 'request-opened', requestId, ...(risk ? { risk } : {}) }, { taskId: task.id })
  }
  if (decision.status !== 'granted') return { decision }
  return redeem(task, question, decision.ref, false)
}

/**
 * Fetches the token of a granted request, once for all who wait for it; after a lost answer once
 * more, since the authority then lets the former token die.
 */
export async function redeem(
  task: TaskState,
  question: Question,
  ref: RequestRef,
  waited: boolean,
  leave: AbortSignal | undefined = task.signal,
): Promise<Answer> {
  const { value } = await task.flights.join(
    `redeem ${ref.requestId}`,
    leave,
    async (): Promise<Answer> => {
      const { authority, clock } = task.ground
      // Redeemed meanwhile by another: once more would kill the token that call is using.
      const held = task.ledger.byRequest(ref.requestId)
      if (held && held.grant.expiresAt > clock.now()) return { entry: held }
      const asked = await asRequest(task, question)
      const once = () => authority.redeem(ref, asked, task.io())
      const answer = await atAuthority(once().catch(again(task, once)))
      if ('status' in answer) return { decision: answer }
      return { entry: await receive(task, question, answer, waited) }
    },
  )
  return value
}

/** Once more where the answer may have been lost on the way. */
function again<T>(task: TaskState, once: () => Promise<T>) {
  return (error: unknown): Promise<T> => {
    if (error instanceof AuthorityError && error.kind === 'unreachable' && !task.ended)
      return once()
    throw error
  }
}

async function receive(
  task: TaskState,
  question: Question,
  grant: Grant,
  waited: boolean,
): Promise<Entry> {
  const { emit, authority } = task.ground
  if (task.ended) {
    await task.giveBack(grant)
    throw task.signal.reason
  }
  task.keepSecret(grant.token)
  const reuse = grant.reuse ?? (waited ? question.reuse : 'task')
  const entry: Entry = {
    grant,
    canonical: question.canonical,
    reuse,
    question,
    units: new Set([question.unit]),
  }
  const about = { requestId: grant.ref.requestId, reuse, expiresAt: grant.expiresAt }
  emit?.({ type: 'grant-received', ...about }, { taskId: task.id })
  const fit = fitOf(grant)
  if (fit === 'exceeds') {
    await authority.revoke(grant, task.io()).catch(() => false)
    emit?.({ type: 'grant-revoked', ...about }, { taskId: task.id })
    throw refuse('GRANT_EXCEEDS')
  }
  if (fit === 'short') {
    if (reuse === 'task') task.ledger.add(entry)
    // Nobody can use it: it dies now, not with the task.
    else await authority.revoke(grant, task.io()).catch(() => false)
    throw refuse('GRANT_NARROWED', grant.granted ? { granted: grant.granted } : {})
  }
  return task.ledger.add(entry)
}

/** What is stated is compared; what only differs in members nobody here understands is for the resource to judge. */
function fitOf({ granted, asked }: Grant): 'fits' | 'exceeds' | 'short' {
  if (!granted) return 'fits'
  if (granted.kind === 'details' && asked.kind === 'details') {
    const comparison = compareGranted(granted.details, asked.details)
    if (comparison === 'narrower') return 'short'
    return comparison === 'broader' || comparison === 'unrelated' ? 'exceeds' : 'fits'
  }
  if (granted.kind === 'scope' && asked.kind === 'scope') {
    if (granted.scope.some((scope) => !asked.scope.includes(scope))) return 'exceeds'
    return asked.scope.every((scope) => granted.scope.includes(scope)) ? 'fits' : 'short'
  }
  return 'exceeds'
}

async function asRequest(task: TaskState, question: Question): Promise<PermissionRequest> {
  const { resource, permission, reuse, justification, ttlSeconds, unit, canonical } = question
  const subject = reuse === 'once' ? unit : ''
  return {
    permission,
    resource,
    reuse,
    justification: plainText(justification, 480),
    ttlSeconds,
    ...(task.ground.callback && { callbackUrl: task.ground.callback.url }),
    idempotencyKey: await digest([task.id ?? '', resource.url, canonical, reuse, subject]),
  }
}
