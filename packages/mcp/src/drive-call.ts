import type { Json } from '@lumojit/protocol'
import { canonicalJson, encodeBase64url } from '@lumojit/protocol'
import type {
  CallToolResult,
  InputRequiredResult,
  RequestStateCodec,
} from '@modelcontextprotocol/server'
import { attend } from './attend.ts'
import { wasRead } from './disconnects.ts'
import type { Execute, Settled } from './open-call.ts'
import type { Settings } from './options.ts'
import type { Caller } from './read-call.ts'
import type { Kept } from './request-state.ts'
import type { Run, Runs } from './runs.ts'
import { pendingResult, settledBy, settledByError, showPages } from './tell-outcome.ts'
import type { Declared, ToolDefinition } from './tool-definition.ts'
import { toolResult } from './tool-result.ts'

/** What the tools of one gateway share. */
export interface Ground {
  readonly settings: Settings
  readonly runs: Runs
  readonly codec: RequestStateCodec<Kept>
}

/** An execution waits for as long as somebody waits for it; this is only where core stops by itself. */
const LONGEST_WAIT_MS = 86_400_000
/** Once nobody waits any more, the wait is over after this; the authority is not asked more often for it. */
const TURN_MS = 250

/** One `tools/call` from its arguments to what the client is told. */
export async function driveCall(
  { settings, runs, codec }: Ground,
  tool: ToolDefinition,
  input: unknown,
  caller: Caller,
): Promise<CallToolResult | InputRequiredResult> {
  const args = plain(input)
  const { principal } = caller
  const line = await digest([principal, caller.run, tool.name, args])
  const run = openRun(runs, caller, settings)
  if ('content' in run) return run
  return run.use(async () => {
    const call = run.calls.find(line, caller.kept)
    // Done before, for a caller that was not there any more.
    const settled: Settled =
      call.result === undefined
        ? await attend(
            call,
            caller,
            settings,
            executionOf(run, tool, input, args, caller, settings),
          )
        : { kind: 'result', result: call.result }
    if (settled.kind === 'result') {
      void wasRead(caller.context.http?.req).then((read) => read && run.calls.delivered(line, call))
      return settled.result
    }
    const { approval } = settled
    if (!caller.shows(approval)) return pendingResult(approval, settings)
    call.keptByClient = true
    const kept = { line, key: call.key, handle: approval.handle }
    return showPages(approval, await codec.mint(kept, caller.context))
  })
}

function openRun(runs: Runs, caller: Caller, settings: Settings): Run | CallToolResult {
  try {
    return runs.of({ principal: caller.principal, run: caller.run })
  } catch (error) {
    const settled = settledByError(error, settings)
    if (settled.kind === 'result') return settled.result
    throw error
  }
}

function executionOf(
  run: Run,
  tool: ToolDefinition,
  input: unknown,
  args: Json,
  { principal, run: name }: Caller,
  settings: Settings,
): Execute {
  const { jit, maxResultBytes: maxBytes } = settings
  const structured = tool.options.outputSchema !== undefined
  return async ({ key, resumeFrom, onPending }) => {
    try {
      const declared = [tool.options.permissions?.(input as object) ?? []].flat() as Declared[]
      const outcome = await jit.callTool(
        {
          task: run.task(resumeFrom),
          key,
          callId: key,
          toolName: tool.name,
          args,
          declared,
          pending: 'suspend',
          durable: true,
          waitMs: LONGEST_WAIT_MS,
          turnMs: TURN_MS,
          onPending,
          ...(resumeFrom === undefined ? {} : { resumeFrom }),
        },
        async (context) => {
          const value = await tool.handler(input as never, { jit: context, principal, run: name })
          return toolResult(value, { structured, maxBytes })
        },
      )
      return settledBy(outcome)
    } catch (error) {
      return settledByError(error, settings)
    }
  }
}

/** Schemas may make dates and the like of what the model wrote; a call is known by its JSON. */
function plain(input: unknown): Json {
  return JSON.parse(JSON.stringify(input ?? {})) as Json
}

async function digest(value: Json): Promise<string> {
  const text = new TextEncoder().encode(canonicalJson(value))
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', text)))
}
