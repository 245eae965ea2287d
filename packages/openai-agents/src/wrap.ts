import { LumojitError } from '@lumojit/core'
import { type FunctionTool, getCurrentSpan } from '@openai/agents'
import { deaf } from './deaf.ts'
import { gateFor, hasGate, type ToolCallDetails } from './gate.ts'
import type { Permissions } from './jit-tool.ts'
import { underPermission } from './under-permission.ts'

export interface WrapOptions {
  /** By the arguments as the model wrote them, parsed but not checked: the tool itself checks them later. */
  readonly permissions?: Permissions<unknown>
}

/**
 * Puts a tool that exists under permission: what it declares here is asked for before it runs, and
 * inside it `currentTask()` of `@lumojit/core` gives the same `fetch` as a `jitTool` has.
 */
export function wrap<T extends FunctionTool<never, never, unknown>>(
  existing: T,
  options: WrapOptions = {},
): T {
  const { permissions } = options
  const tool = existing as unknown as FunctionTool
  if (tool?.type !== 'function' || typeof tool.invoke !== 'function') {
    throw unsupported(
      'Only a function tool can be wrapped.',
      'Pass what `tool()` or an MCP server gave.',
    )
  }
  if (hasGate(tool)) {
    throw unsupported(
      `${tool.name} is under permission as it is.`,
      'Pass it to the agent, and declare what it needs with `permissions` where it is made.',
    )
  }
  if ('on' in tool) {
    throw unsupported(
      `${tool.name} is an agent as a tool, which pauses by itself.`,
      'Give its agent tools made with `jitTool` or `wrap`, and pass the agent as it is.',
    )
  }
  const toolName = tool.name
  const gate = gateFor(toolName)
  const invoke: FunctionTool['invoke'] = (context, input, details) =>
    underPermission({
      toolName,
      gate,
      context,
      details,
      declared: async () => (permissions ? [await permissions(parsed(input))].flat() : []),
      // What the tool throws is cleaned only after the tool's own layers have seen it. They get of the
      // details only what is public, and the trace gets none of it.
      drive: async (jit, call) => {
        const work = async () => {
          try {
            return await tool.invoke(context, input, publicPart(details))
          } finally {
            redactSpan(toolName)
          }
        }
        const outcome = await jit.callTool(call, work)
        if (outcome.kind !== 'done' || !outcome.refused || !saysNothing(outcome.value))
          return outcome
        return { kind: 'refused', refusal: outcome.refused }
      },
    }) as ReturnType<FunctionTool['invoke']>
  return Object.assign(gate.carrier, deaf(tool), { invoke }) as unknown as T
}

/** Older versions of the SDK write what a tool threw into the span of its call, as it is. */
function redactSpan(tool_name: string): void {
  const span = getCurrentSpan()
  if (!span?.error) return
  const error = 'Tool execution failed. Error details are redacted.'
  span.setError({ message: span.error.message, data: { tool_name, error } })
}

/** What the SDK says for a tool that threw and has no words of its own. In older versions the error follows. */
function saysNothing(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('An error occurred while running the tool.')
}

function publicPart(details: ToolCallDetails | undefined): ToolCallDetails {
  const { toolCall, signal } = details ?? {}
  return { ...(toolCall ? { toolCall } : {}), ...(signal ? { signal } : {}) }
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input)
  } catch {
    return input
  }
}

function unsupported(message: string, fix: string): LumojitError {
  return new LumojitError('CONFIG_INVALID', message, fix)
}
