import type { Secret } from '@lumojit/protocol'
import { underPolicy } from './admission.ts'
import type { Call } from './call.ts'
import { LumojitError } from './errors.ts'
import { circumstancesOf, unitOf } from './fetch-question.ts'
import { either } from './flight.ts'
import type { Entry } from './ledger.ts'
import type { JitRequestInit } from './prepare.ts'
import type { Sending } from './send.ts'
import { atAuthority, type TaskState } from './task-state.ts'

/** What went out. `fresh`: obtained for this very call, so that the same challenge again is the end of it. */
export type Carried =
  | { readonly kind: 'none' }
  | { readonly kind: 'base'; readonly token: Secret }
  | {
      readonly kind: 'grant'
      readonly entry: Entry
      readonly fresh: boolean
      readonly reference?: string | undefined
    }

/** The given grant, this call's declared one, a learned one, or the base token of this task and resource. */
export async function firstCredential(
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

export function liveAt({ grant }: Entry, { resource }: Sending, now: number): boolean {
  return grant.resource.url === resource.url && grant.expiresAt > now
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

export async function base(
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
