import type { AuthorizationDetails, Json } from '@lumojit/protocol'
import {
  approvalOf,
  type Call,
  newCall,
  type PendingMode,
  type PendingVerdict,
  ttlFor,
} from './call.ts'
import { releaseClaims } from './claims.ts'
import type { ToolContext } from './context.ts'
import { within } from './current-task.ts'
import { digest } from './digest.ts'
import { isLumojitError, LumojitError, type PendingApproval, type Refusal } from './errors.ts'
import { either, orAbort } from './flight.ts'
import { trusted } from './handle-check.ts'
import { type GrantInfo, infoOf } from './ledger.ts'
import { forgetChallenge, leave, takeChallenge } from './model-challenge.ts'
import { obtain } from './obtain.ts'
import { detailsOf, type Permissions, permissionsOf } from './permissions.ts'
import { canonicalPermission } from './question.ts'
import { scrub, scrubError } from './scrub.ts'
import { holdOf, type Task } from './task.ts'
import type { TaskState } from './task-state.ts'

/** One execution of one tool call, in the framework's terms translated. The adapters' only seam. */
export interface ToolCall {
  readonly task: Task
  /** Names ONE logical call: equal on every re-execution in any process, different for every other call, also of equal arguments. */
  readonly key: string
  readonly callId: string
  readonly toolName: string
  /** What the model passed. A handle does not serve the same call with other arguments. */
  readonly args?: Json
  readonly signal?: AbortSignal
  readonly pending: PendingMode
  /** What `auto` goes by: is there a place that outlives this process to put a pause? */
  readonly durable: boolean
  /** Blocks this long first, in milliseconds. Default 0 for `suspend`, until the request expires for `block`. */
  readonly waitMs?: number
  /** Longest time between two turns of `onPending`, in milliseconds, at least 100. Default: a long poll, which may take 25 s. */
  readonly turnMs?: number
  /** A wait in place becomes a pause as soon as this aborts. What is being sent goes on. */
  readonly pause?: AbortSignal
  /** What the framework kept of an earlier PendingApproval. Untrusted: verified, else ignored with an event. */
  readonly resumeFrom?: unknown
  /** Asked for before the tool runs, so that no refusal is spent. */
  readonly declared?: readonly {
    readonly resource: string
    readonly details: AuthorizationDetails
  }[]
  /** `model`: a challenge becomes an Outcome with an opaque id instead of a request. Default `engine`. */
  readonly escalate?: 'engine' | 'model'
  /** Called on every turn of the wait: progress, heartbeat, drain, or a pause that the framework itself must throw. */
  onPending?(approval: PendingApproval): PendingVerdict | Promise<PendingVerdict>
}

/**
 * How a tool call ended. The promise of it rejects only with the tool's own error (same object,
 * tokens scrubbed), the abort reason, what `onPending` threw, or a {@link FaultCode}.
 */
export type Outcome<R> =
  /** `refused`: the last refusal that the tool itself turned into a value, for wrapped tools that say nothing of it. */
  | { readonly kind: 'done'; readonly value: R; readonly refused?: Refusal }
  | { readonly kind: 'pending'; readonly approval: PendingApproval }
  | {
      readonly kind: 'challenged'
      readonly challengeId: string
      readonly toolName: string
      readonly expiresAt: number
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

type Execute<R> = (context: ToolContext, task: TaskState, call: Call) => Promise<R>

/**
 * Runs a tool with permissions. A task that was resumed and turns out to have ended at the
 * authority is replaced and the tool run again, once: a long pause must not be a dead end.
 */
export async function callTool<R>(toolCall: ToolCall, execute: Execute<R>): Promise<Outcome<R>> {
  const hold = holdOf(toolCall.task)
  if (!hold) {
    throw new LumojitError(
      'NO_TASK',
      'This tool call names no task of this engine.',
      'Pass what `jit.task`, `openTask` or `resumeTask` gave.',
    )
  }
  const { state } = hold
  const outcome = await once(state, toolCall, execute)
  const ended = outcome.kind === 'refused' && outcome.refusal.code === 'TASK_ENDED'
  if (!ended || !state.resumed || !hold.replace) return outcome
  if (hold.state === state) hold.state = hold.replace()
  return once(hold.state, toolCall, execute)
}

/** What `requestJitAccessTool` does: takes the challenge, once and in its own task, and asks. */
export async function answerChallenge(
  toolCall: ToolCall,
  challengeId: string,
  justification: string,
): Promise<Outcome<GrantInfo>> {
  let finish = async () => {}
  const outcome = await callTool({ ...toolCall, declared: [] }, async (_, task, call) => {
    const question = await takeChallenge(task, call, challengeId, justification)
    finish = () => forgetChallenge(task, challengeId)
    const entry = await obtain(task, call, question, { byModel: true })
    await leave(task, question, entry)
    return infoOf(entry)
  })
  // A paused answer, and one that may be tried again, go on by the same id; any other uses it up.
  const again = outcome.kind === 'refused' ? outcome.refusal.retryable : outcome.kind !== 'done'
  if (!again) await finish()
  return outcome
}

async function once<R>(
  task: TaskState,
  toolCall: ToolCall,
  execute: Execute<R>,
): Promise<Outcome<R>> {
  const call = await newCall(toolCall, {
    ...toolCall,
    onPending: toolCall.onPending?.bind(toolCall),
  })
  const flying = new Set<Promise<unknown>>()
  let done = false
  /** The call's other work, for as long as anybody waits for the call. */
  const rest = () => orAbort(Promise.allSettled(flying), call.signal).catch(() => {})
  try {
    call.signal?.throwIfAborted()
    if (toolCall.resumeFrom !== undefined) await adopt(task, call, toolCall.resumeFrom)
    await declare(task, call, toolCall)
    call.signal?.throwIfAborted()
    const context = contextOf(task, call, flying)
    const running = within(context, async () => execute(context, task, call))
    const value = await orAbort(running, call.signal)
    await rest()
    if (call.latch) return await latched(task, call)
    done = true
    const { refused } = call
    return { kind: 'done', value: scrub(value, task.tokens), ...(refused && { refused }) }
  } catch (error) {
    await rest()
    if (call.latch) return await latched(task, call)
    if (isLumojitError(error) && error.refusal) {
      error.response?.body?.cancel().catch(() => {})
      return { kind: 'refused', refusal: error.refusal }
    }
    throw scrubError(error, task.tokens)
  } finally {
    await releaseClaims(task, call, done)
  }
}

/** A pause stands, whatever the tool made of it. */
async function latched<R>(task: TaskState, call: Call): Promise<Outcome<R>> {
  const { latch, toolName } = call
  if (latch?.kind === 'thrown') throw latch.error
  if (latch?.kind === 'challenged') {
    const { challengeId, expiresAt } = latch
    return { kind: 'challenged', challengeId, toolName, expiresAt }
  }
  return { kind: 'pending', approval: await approvalOf(task, call) }
}

/** What this call has asked before it was paused is looked up instead of asked again. */
async function adopt(task: TaskState, call: Call, kept: unknown): Promise<void> {
  const { id } = await task.record()
  const content = await trusted(task.ground, kept, {
    subject: task.subject,
    task: id,
    call: call.identity,
  })
  for (const [requestId, question] of content?.requests ?? []) {
    task.knows(requestId, question)
    call.opened.set(question, { requestId })
  }
}

/** All declared permissions are asked for together, so that a pause names every one that waits. */
async function declare(
  task: TaskState,
  call: Call,
  { declared = [], args }: ToolCall,
): Promise<void> {
  if (declared.length === 0) return
  await task.record()
  const asked = declared.map(async ({ resource: name, details: given }) => {
    const details = detailsOf(given)
    const resource = task.ground.resources.named(name)
    if (!resource) {
      throw new LumojitError(
        'ORIGIN_NOT_LISTED',
        `The tool ${call.toolName} declares a permission for a resource that is not listed.`,
        'Add its URL to `resources`, or correct the declaration.',
      )
    }
    const canonical = canonicalPermission({ kind: 'details', details })
    return obtain(task, call, {
      resource,
      permission: { kind: 'details', details },
      canonical,
      reuse: 'once',
      unit: await digest([call.identity, 'declared', canonical]),
      circumstances: await digest(['declared', call.toolName, args ?? null]),
      method: '',
      url: new URL(resource.url),
      justification: call.toolName,
      ttlSeconds: ttlFor(task, call),
    })
  })
  const settled = await Promise.allSettled(asked)
  for (const result of settled) if (result.status === 'rejected') throw result.reason
  for (const result of settled) if (result.status === 'fulfilled') call.declared.push(result.value)
}

function contextOf(task: TaskState, call: Call, flying: Set<Promise<unknown>>): ToolContext {
  const { fetch, request, withToken } = permissionsOf(() => task, call)
  const track = <R>(work: Promise<R>): Promise<R> => {
    flying.add(work)
    work.then(
      () => flying.delete(work),
      (error) => {
        flying.delete(work)
        if (isLumojitError(error) && error.refusal) call.refused = error.refusal
      },
    )
    return work
  }
  const tracked: Permissions = {
    fetch: (input, init) => track(fetch(input, init)),
    request: (details, options) => track(request(details, options)),
    withToken: (details, options, use) => track(withToken(details, options, use)),
  }
  return {
    ...tracked,
    get taskId() {
      return task.id
    },
    signal: either(task.signal, call.signal) as AbortSignal,
  }
}
