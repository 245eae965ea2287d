import { type Jit, LumojitError, type PendingMode, type Task } from '@lumojit/core'
import type { TaskOptions } from '@lumojit/protocol'
import type { ModelMessage } from 'ai'
import type { Pause } from './approval-id.ts'
import type { NamedCall, SigningKey } from './experimental.ts'
import { goingOn, type Inside, insideOf } from './inner-run.ts'
import { callIds, type PausedCall, pausedCalls } from './paused-calls.ts'

/** How an application wants its runs. */
export interface RunSettings {
  /** What the agent was set to do and for whom; from the application, never from messages. */
  readonly task?: TaskOptions | (() => TaskOptions | Promise<TaskOptions>)
  readonly pending: PendingMode
  readonly waitMs?: number
  readonly escalate: 'engine' | 'model'
}

/** A call that waits now, and what for. */
export interface Waiting extends NamedCall {
  readonly pause: Pause
}

/** One call of generateText, streamText or an agent. */
export interface Run {
  readonly id: string
  readonly jit: Jit
  readonly settings: RunSettings
  /** Made at first use: a run that needs no permission leaves nothing to end. */
  readonly task: Task
  /** Whether there is anything to end. */
  begun(): boolean
  readonly messages: ModelMessage[]
  /** These messages are those of a paused run, and go in place of what this one was asked with. */
  readonly resumed: boolean
  /** By call id: what the history kept of paused calls. */
  readonly kept: ReadonlyMap<string, PausedCall>
  /** Ids of all calls the history holds. */
  readonly history: ReadonlySet<string>
  /** By call id: what waits now. */
  readonly waiting: Map<string, Waiting>
  readonly inside: Inside | undefined
  readonly signal: AbortSignal | undefined
  signingKey: SigningKey
  /** A mistake that no model should be told about; it ends the run. */
  fault: unknown
}

export interface Asked {
  readonly prompt?: string | readonly ModelMessage[]
  readonly messages?: readonly ModelMessage[]
  readonly abortSignal?: AbortSignal | undefined
}

export function beginRun(jit: Jit, settings: RunSettings, asked: Asked): Run {
  const inside = insideOf(jit)
  const thread = inside?.kept.find(({ nth }) => nth === inside.nth)
  const messages = thread ? goingOn(thread.messages) : messagesOf(asked)
  const open = pausedCalls(messages)
  const last = messages.at(-1)
  let task: Task | undefined
  for (const { approvalId, toolName } of open) {
    const answered =
      last?.role === 'tool' &&
      last.content.some(
        (part) => part.type === 'tool-approval-response' && part.approvalId === approvalId,
      )
    if (!answered) throw unsettled(toolName)
  }
  return {
    id: open[0]?.pause.run ?? crypto.randomUUID(),
    jit,
    settings,
    get task() {
      task ??= inside?.task ?? taskOf(jit, settings, open[0]?.pause)
      return task
    },
    // The task of a pause has to end, also where nothing of it is used again.
    begun: () => task !== undefined || open.length > 0,
    messages,
    resumed: thread !== undefined,
    kept: new Map(open.map((call) => [call.toolCallId, call])),
    history: callIds(messages),
    waiting: new Map(),
    inside,
    signal: asked.abortSignal,
    signingKey: undefined,
    fault: undefined,
  }
}

/** The handle of a pause finds its task again; without one, or with one that does not fit, it is a new task. */
export function taskOf(jit: Jit, { task = {} }: RunSettings, pause: Pause | undefined): Task {
  return jit.task({
    key: `ai-sdk/${crypto.randomUUID()}`,
    options: async () => (typeof task === 'function' ? task() : task),
    ...(pause ? { handle: pause.approvals[0].handle } : {}),
  })
}

/** Ends what this run had, or leaves it open for as long as something waits. */
export async function endRun(run: Run, ending: 'ended' | 'failed'): Promise<void> {
  if (run.inside || !run.begun()) return
  const waits = ending === 'ended' && run.fault === undefined && run.waiting.size > 0
  await (waits ? letGo(run.task) : run.task.complete())
}

/** The task lives on at the authority; its handle is in the messages, and nothing of it stays here. */
export async function letGo(task: Task): Promise<void> {
  await task.suspend()
  await task[Symbol.asyncDispose]()
}

function messagesOf({ prompt, messages = [] }: Asked): ModelMessage[] {
  if (typeof prompt === 'string') return [{ role: 'user', content: prompt }]
  return [...(prompt ?? messages)]
}

function unsettled(toolName: string): LumojitError {
  return new LumojitError(
    'CONFIG_INVALID',
    `The call of ${toolName} in these messages is paused, and nobody has looked whether it may go on.`,
    'Pass the messages through `settle` (or `settleUI`) and go on with its `messages` once it is `ready`.',
  )
}
