import type { Context } from './context.ts'
import type { Delegation } from './delegation.ts'
import type { User } from './directory.ts'
import { OperationError } from './operation-error.ts'
import type { StoredRequest, StoredTask } from './records.ts'

/** Who calls. `grantOf`: the caller holds only a granted token, and this is the task it is for. */
export type AgentCaller = {
  readonly agent: string
  readonly grantOf?: string
  /** It acts for a user, by an exchanged token. */
  readonly delegation?: Delegation
}
export type UserCaller = { readonly user: string }
export type Caller = AgentCaller | UserCaller

const jitTokenNotAllowed = () =>
  new OperationError('jit_token_not_allowed', 'A granted token does not work here.', {
    fix: "Use the agent's own token.",
  })

/** The agent, called by its own (or delegated) token. */
export const requireAgent = async (context: Context, by: Caller): Promise<string> => {
  const agent = 'agent' in by ? await context.directory.agent(by.agent) : undefined
  if (!('agent' in by) || !agent)
    throw new OperationError('invalid_token', 'This needs the token of an agent.')
  if (agent.suspended)
    throw new OperationError('invalid_token', 'The agent is suspended.', {
      fix: 'Let somebody with the right jit.admin resume it.',
    })
  if (by.grantOf !== undefined) throw jitTokenNotAllowed()
  return by.agent
}

/** The agent, by its own token or by a granted one of this same task. */
export const requireAgentOfTask = (
  context: Context,
  by: Caller,
  taskId: string,
): Promise<string> => {
  if (!('agent' in by) || by.grantOf !== taskId) return requireAgent(context, by)
  const { grantOf: _, ...own } = by
  return requireAgent(context, own)
}

/** In a user's task the agent asks and redeems for that user, in any other for itself. */
export const requireSubject = (by: Caller, task: StoredTask): void => {
  const subject = 'agent' in by ? by.delegation?.subject : undefined
  if (subject === task.subject) return
  throw new OperationError(
    'delegation_not_allowed',
    task.subject === undefined
      ? 'The token is exchanged for a user, and the task is not.'
      : "The task is done within a user's rights.",
    { fix: 'Use a token exchanged for the user of the task, and for no other task.' },
  )
}

/** A user who may decide. */
export const requireApprover = (context: Context, by: Caller): User => {
  const user = 'user' in by ? context.directory.user(by.user) : undefined
  if (!user?.rights.includes('jit.approve'))
    throw new OperationError('permission_denied', 'This needs a user with the right jit.approve.')
  return user
}

export const findTask = async (context: Context, id: string): Promise<StoredTask> => {
  const task = await context.store.task(id)
  if (!task) throw new OperationError('task_not_found', 'There is no such task.')
  return task
}

export const findRequest = async (context: Context, id: string): Promise<StoredRequest> => {
  const request = await context.store.request(id)
  if (!request) throw new OperationError('request_not_found', 'There is no such request.')
  return request
}
