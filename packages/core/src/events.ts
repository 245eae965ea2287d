import type { CompletionReport, Dialect, Reuse } from '@lumojit/protocol'
import type { Clock } from './clock.ts'
import type { RefusalCode } from './errors.ts'

/** Why a handle that came back was put aside. */
export type HandleFlaw = 'forged' | 'expired' | 'other-task' | 'other-subject' | 'other-call'

/** Why a callback was put aside. */
export type CallbackFlaw = 'not-configured' | 'unsigned' | 'forged' | 'expired' | 'unreadable'

type Happening =
  | { readonly type: 'task-opened' }
  | { readonly type: 'task-completed'; readonly report: CompletionReport }
  | {
      readonly type: 'sent'
      readonly method: string
      readonly resource: string
      readonly with: 'none' | 'base' | 'grant'
      readonly status: number
      readonly attempt: number
    }
  | {
      readonly type: 'challenge-read'
      readonly dialect: Dialect
      readonly types: readonly string[]
    }
  | { readonly type: 'challenge-unreadable'; readonly reason: string }
  | {
      readonly type: 'request-opened' | 'request-pending' | 'request-denied' | 'request-expired'
      readonly requestId: string
      readonly risk?: string
    }
  | { readonly type: 'request-joined' }
  | {
      readonly type: 'grant-received' | 'grant-revoked'
      readonly requestId: string
      readonly reuse: Reuse
      readonly expiresAt: number
    }
  | { readonly type: 'refused'; readonly code: RefusalCode }
  | { readonly type: 'handle-rejected'; readonly reason: HandleFlaw }
  | { readonly type: 'callback-rejected'; readonly reason: CallbackFlaw }

/**
 * What happened, for logs, spans and tests. Observers run after the fact, synchronously; what
 * they throw is dropped. No token, body, justification, URL or detail is ever in an event.
 */
export type JitEvent = {
  /** Milliseconds of the engine's clock. */
  readonly at: number
  readonly taskId?: string
  readonly callId?: string
} & Happening

/** Undefined when nobody listens, so that the warm path builds no events. */
export type Emit = ((event: Happening, of?: Of) => void) | undefined
interface Of {
  readonly taskId?: string | undefined
  readonly callId?: string | undefined
}

export function emitter(onEvent: ((event: JitEvent) => void) | undefined, clock: Clock): Emit {
  if (!onEvent) return undefined
  return (event, of = {}) => {
    const { taskId, callId } = of
    try {
      const result: unknown = onEvent({
        at: clock.now(),
        ...(taskId === undefined ? {} : { taskId }),
        ...(callId === undefined ? {} : { callId }),
        ...event,
      })
      // An async function is an observer too, and its rejection would end the process.
      if (result instanceof Promise) result.catch(() => {})
    } catch {
      // An observer has no say in what is observed.
    }
  }
}
