import type { Json } from '@lumojit/protocol'
import { digest, randomName } from './digest.ts'
import { LumojitError, type PendingApproval, type PendingRequest, type Refusal } from './errors.ts'
import { seal } from './handle.ts'
import type { Entry } from './ledger.ts'
import type { TaskState } from './task-state.ts'

/** `auto`: suspend where the place for a pause outlives the process, else block for five minutes. */
export type PendingMode = 'auto' | 'suspend' | 'block'

/** What a hook inside the wait says at every turn. */
export type PendingVerdict = 'wait' | 'recheck' | 'suspend'

/** A hook has no business more often. */
const SHORTEST_TURN_MS = 100

/** How a call ended before its tool did: whatever the tool makes of it, this stands. */
export type Latch =
  | { readonly kind: 'suspended' }
  | { readonly kind: 'challenged'; readonly challengeId: string; readonly expiresAt: number }
  | { readonly kind: 'thrown'; readonly error: unknown }

/** One execution of one logical call, from within. A plain `task.fetch` is a call of its own. */
export interface Call {
  /** Equal on every re-execution, in any process. */
  readonly key: string
  /** Hash of key, tool and arguments. */
  readonly identity: string
  readonly callId: string | undefined
  readonly toolName: string
  /** True when a framework named it, so that it can be executed again, here or elsewhere. */
  readonly named: boolean
  readonly signal: AbortSignal | undefined
  readonly pending: PendingMode
  readonly durable: boolean
  readonly waitMs: number | undefined
  readonly turnMs: number | undefined
  readonly pause: AbortSignal | undefined
  readonly escalate: 'engine' | 'model'
  readonly onPending:
    | ((approval: PendingApproval) => PendingVerdict | Promise<PendingVerdict>)
    | undefined
  /** By name of the question: every request this call has opened, here or before it was paused. */
  readonly opened: Map<string, { readonly requestId: string; readonly waits?: PendingRequest }>
  /** How often each fingerprint was sent in this execution. */
  readonly sends: Map<string, number>
  /** Claims held at the store, by key. */
  readonly claims: Map<string, string>
  readonly declared: Entry[]
  latch: Latch | undefined
  /** The last refusal a fetch of this call met; the tool may have made a value of it. */
  refused: Refusal | undefined
}

export async function newCall(
  named:
    | { readonly key: string; readonly toolName: string; readonly args?: Json | undefined }
    | undefined,
  how: Partial<
    Pick<
      Call,
      | 'callId'
      | 'signal'
      | 'pending'
      | 'durable'
      | 'waitMs'
      | 'turnMs'
      | 'pause'
      | 'escalate'
      | 'onPending'
    >
  >,
): Promise<Call> {
  const key = named?.key ?? randomName()
  const toolName = named?.toolName ?? ''
  return {
    key,
    identity: named ? await identityOf(key, toolName, named.args ?? null) : key,
    callId: how.callId,
    toolName,
    named: named !== undefined,
    signal: how.signal,
    pending: how.pending ?? 'block',
    durable: how.durable ?? false,
    waitMs: how.waitMs,
    turnMs: how.turnMs === undefined ? undefined : Math.max(how.turnMs, SHORTEST_TURN_MS),
    pause: how.pause,
    escalate: how.escalate ?? 'engine',
    onPending: how.onPending,
    opened: new Map(),
    sends: new Map(),
    claims: new Map(),
    declared: [],
    latch: undefined,
    refused: undefined,
  }
}

async function identityOf(key: string, toolName: string, args: Json): Promise<string> {
  try {
    return await digest([key, toolName, args])
  } catch (cause) {
    throw new LumojitError(
      'CONFIG_INVALID',
      `The arguments of the call of ${toolName} are not JSON.`,
      'Pass in `args` what the model wrote, before the tool makes anything of it.',
      { cause },
    )
  }
}

/** What a framework may keep and show while this call waits. */
export async function approvalOf(task: TaskState, call: Call): Promise<PendingApproval> {
  const { ground, subject } = task
  const record = await task.record()
  const now = ground.clock.now()
  const taskExpiresAt = record.expiresAt ?? now + 86_400_000
  const handle = await seal(
    {
      authority: ground.authority.id,
      task: record.id,
      subject,
      call: call.identity,
      requests: [...call.opened].map(([question, { requestId }]) => [requestId, question] as const),
      expiresAt: taskExpiresAt,
      taskExpiresAt,
    },
    await ground.stateKeys(),
  )
  const requests = [...call.opened.values()].flatMap(({ waits }) => (waits ? [waits] : []))
  return { type: 'lumojit.permission', handle, toolName: call.toolName, requests }
}

/** A pause may be long, and a token that ends while its call is resumed is asked for in vain. */
export function ttlFor(task: TaskState, call: Call): number {
  return call.pending === 'block' ? task.ground.ttlSeconds : 900
}

/** Every fetch of a call that has been suspended ends here. */
export function suspended(call: Call, approval?: PendingApproval): LumojitError {
  return new LumojitError(
    'SUSPENDED',
    call.latch?.kind === 'challenged'
      ? 'This call waits for the model to ask for the permission it was told about.'
      : 'This call waits for a decision.',
    'Let this error pass; the call goes on when it is executed again after the decision.',
    { approval },
  )
}
