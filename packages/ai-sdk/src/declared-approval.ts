import type { SingleToolApprovalFunction, ToolApprovalStatus, ToolSet } from 'ai'
import { reasonOf } from './approval-id.ts'
import { bindableOf } from './bind-tools.ts'
import { noteWaiting } from './execute-call.ts'
import { readCall, type SdkCall } from './read-call.ts'
import type { Run } from './run.ts'
import { refused } from './tell-outcome.ts'

type Decide = SingleToolApprovalFunction<unknown, never, never>
type About = Parameters<Decide>[1]
/** The SDK's option: one function for all tools, or a status or function for each. */
export type ToolApproval =
  | ((about: { readonly toolCall: SdkCall }) => unknown)
  | Readonly<Record<string, ToolApprovalStatus | Decide>>
  | undefined

/**
 * Puts what tools declare before the SDK's own question whether a call may run: it asks the
 * authority and runs nothing. Only where a wait pauses at once: the SDK asks one call after the
 * other and cannot be interrupted there, so that any longer wait is left to the call itself.
 */
export function withDeclared(run: Run, tools: ToolSet, theirs: ToolApproval): ToolApproval {
  const { pending, waitMs = 0 } = run.settings
  if (pending !== 'suspend' || waitMs > 0) return theirs
  const declares = (toolName: string, input: unknown) =>
    bindableOf(tools[toolName])?.permissions?.(input) ?? []
  if (typeof theirs === 'function') {
    return async (about) => {
      const { toolCallId, toolName, input } = about.toolCall
      const declared = declares(toolName, input)
      const own = (await theirs(about)) as ToolApprovalStatus
      return stands(own) ? own : ask(run, { toolCallId, toolName, input, declared }, own)
    }
  }
  const names = Object.keys(tools).filter((toolName) => bindableOf(tools[toolName])?.permissions)
  const wrapped = names.map((toolName) => {
    const decide = async (input: unknown, about: About): Promise<ToolApprovalStatus> => {
      const own = await ownStatus(theirs?.[toolName] ?? legacy(tools[toolName]), input, about)
      if (stands(own)) return own
      const declared = declares(toolName, input)
      return ask(run, { toolCallId: about.toolCallId, toolName, input, declared }, own)
    }
    return [toolName, decide] as const
  })
  return { ...theirs, ...Object.fromEntries(wrapped) }
}

async function ask(
  run: Run,
  call: SdkCall,
  otherwise: ToolApprovalStatus,
): Promise<ToolApprovalStatus> {
  if (call.declared.length === 0) return otherwise
  const outcome = await run.jit.callTool(readCall(run, call), notNow).catch(unlessNotNow)
  if (outcome === undefined) return otherwise
  if (outcome.kind === 'refused') {
    return { type: 'denied', reason: JSON.stringify(refused(outcome.refusal)) }
  }
  if (outcome.kind !== 'pending') return otherwise
  const pause = { run: run.id, approvals: [outcome.approval] } as const
  noteWaiting(run, call, pause)
  return { type: 'user-approval', reason: reasonOf(pause) }
}

/** The call is not done by being asked for: it gives back what it holds, and runs later. */
const NOT_NOW = new Error('Not now.')
async function notNow(): Promise<never> {
  throw NOT_NOW
}
function unlessNotNow(error: unknown): undefined {
  if (error !== NOT_NOW) throw error
}

/** What the application decided against, or wants to ask about first, stands. */
function stands(status: ToolApprovalStatus): boolean {
  const type = typeof status === 'object' ? status.type : status
  return type === 'denied' || type === 'user-approval'
}

async function ownStatus(
  own: ToolApprovalStatus | Decide,
  input: unknown,
  about: About,
): Promise<ToolApprovalStatus> {
  return typeof own === 'function' ? own(input, about) : own
}

/** `needsApproval` of a tool, which a member of `toolApproval` would otherwise hide. */
function legacy(tool: ToolSet[string] | undefined): ToolApprovalStatus | Decide {
  const { needsApproval } = tool ?? {}
  if (typeof needsApproval !== 'function') return needsApproval ? 'user-approval' : undefined
  return async (input, { toolContext, ...about }) => {
    const needs = await needsApproval(input, { ...about, context: toolContext })
    return needs ? 'user-approval' : undefined
  }
}
