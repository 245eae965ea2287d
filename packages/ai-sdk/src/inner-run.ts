import { AsyncLocalStorage } from 'node:async_hooks'
import type { Jit, Task } from '@lumojit/core'
import type { ModelMessage } from 'ai'
import type { Pause, Thread } from './approval-id.ts'
import { openCalls } from './paused-calls.ts'

/** A tool call while it runs, as the runs inside it see it. */
export interface Around {
  readonly jit: Jit
  readonly task: Task
  readonly key: string
  /** What runs inside had said when this call was paused. */
  readonly kept: readonly Thread[]
  /** Of runs inside that are paused now. */
  readonly threads: Thread[]
  readonly waits: Pause['approvals'][number][]
  readonly going: Set<Promise<unknown>>
  runs: number
}

/** Where a run inside a call stands. */
export interface Inside extends Around {
  readonly nth: number
}

interface Paused {
  readonly inside: Inside | undefined
  readonly messages: readonly ModelMessage[]
  readonly waiting: ReadonlyMap<string, { readonly pause: Pause }>
}

export const around = new AsyncLocalStorage<Around>()

/** The call around the caller, if it is one of the same engine: its task is this run's too. */
export function insideOf(jit: Jit): Inside | undefined {
  const outer = around.getStore()
  return outer?.jit === jit ? { ...outer, nth: outer.runs++ } : undefined
}

/** A run inside a call has paused: the call around it waits, and keeps what was said so far. */
export function keepThread(
  { inside, messages, waiting }: Paused,
  responses: readonly ModelMessage[],
): void {
  if (!inside || waiting.size === 0) return
  inside.threads.push({ nth: inside.nth, messages: [...messages, ...responses] })
  inside.waits.push(...[...waiting.values()].flatMap(({ pause }) => pause.approvals))
}

/** The call around has been let go on: so are the calls inside, and each asks the authority again. */
export function goingOn(messages: readonly ModelMessage[]): ModelMessage[] {
  const answers = openCalls(messages).flatMap(({ approvalId, pause }) =>
    pause ? [{ type: 'tool-approval-response' as const, approvalId, approved: true }] : [],
  )
  return [...messages, { role: 'tool', content: answers }]
}
