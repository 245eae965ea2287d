import { type Call, suspended } from './call.ts'
import { renewClaims } from './claims.ts'
import { type Carried, firstCredential } from './credential.ts'
import { type JitRequestInit, prepare } from './prepare.ts'
import { type Journey, react } from './reaction.ts'
import { type Sending, send } from './send.ts'
import type { TaskState } from './task-state.ts'

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
  const journey: Journey = { renewed: false, permission: undefined }
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
