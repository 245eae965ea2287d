import type { Jit, Outcome, PendingMode, Task, ToolCall } from '@lumojit/core'
import type { Json } from '@lumojit/protocol'
import type { SuiteTool } from './adapter-driver.ts'
import type { PretendCall, PretendThread, PretendTool } from './pretend-framework.ts'

/** How calls of one run reach the engine. */
export interface PretendJit {
  readonly jit: Jit
  readonly task: Task
  readonly pending: PendingMode
  readonly durable: boolean
  readonly escalate: 'engine' | 'model'
  readonly waitMs?: number
}

/** The framework's call, as the engine wants it. */
function readCall(run: PretendJit, toolName: string, call: PretendCall): ToolCall {
  return {
    task: run.task,
    key: `${call.thread}/${call.id}`,
    callId: call.id,
    toolName,
    args: call.args,
    pending: run.pending,
    durable: run.durable,
    escalate: run.escalate,
    ...(call.kept === undefined ? {} : { resumeFrom: call.kept }),
    ...(call.signal ? { signal: call.signal } : {}),
    ...(run.waitMs === undefined ? {} : { waitMs: run.waitMs }),
  }
}

/** The engine's outcome, as the framework wants it. */
function tellOutcome(outcome: Outcome<Json>, call: PretendCall): Json {
  switch (outcome.kind) {
    case 'done':
      return outcome.value
    case 'pending':
      call.pause(outcome.approval as unknown as Json)
      return null
    case 'challenged':
      return {
        status: 'permission_required',
        challenge_id: outcome.challengeId,
        next: 'Call request_jit_access with this challenge_id and a justification, then repeat this call.',
      }
    case 'refused':
      return { error: 'permission_refused', ...outcome.refusal } as unknown as Json
  }
}

export function jitTool(run: PretendJit, tool: SuiteTool): PretendTool {
  return {
    name: tool.name,
    run: async (call) => {
      const declared = tool.permissions?.(call.args)
      const read = {
        ...readCall(run, tool.name, call),
        ...(declared ? { declared: [declared] } : {}),
      }
      return tellOutcome(await run.jit.callTool(read, (jit) => tool.execute(call.args, jit)), call)
    },
  }
}

export function requestJitAccessTool(run: PretendJit): PretendTool {
  return {
    name: 'request_jit_access',
    run: async (call) => {
      const read = readCall(run, 'request_jit_access', call)
      const { challenge_id = '', justification = '' } = call.args
      const outcome = await run.jit.answerChallenge(read, challenge_id, justification)
      if (outcome.kind !== 'done') return tellOutcome(outcome, call)
      return { status: 'granted', next: 'Repeat the call that needed it.' }
    },
  }
}

/** One task a thread: it stays open while the thread is paused, and ends with it otherwise. */
export async function withTask(
  jit: Jit,
  thread: PretendThread,
  subject: string,
  run: (task: Task) => Promise<'finished' | 'paused'>,
): Promise<'finished' | 'paused'> {
  const handle = thread.extra.task
  const task = jit.task({
    key: `pretend/${thread.id}`,
    options: () => ({ name: 'A pretend run', onBehalfOf: subject }),
    ...(typeof handle === 'string' ? { handle } : {}),
  })
  let status: 'finished' | 'paused' | undefined
  try {
    status = await run(task)
    if (status === 'paused') thread.extra.task = await task.suspend()
    return status
  } finally {
    if (status !== 'paused') await task.complete()
  }
}
