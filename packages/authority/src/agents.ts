import { randomBytes } from 'node:crypto'
import type { Context } from './context.ts'
import type { AgentView } from './human-side.ts'
import { OperationError } from './operation-error.ts'
import type { AgentOptions } from './options.ts'
import type { StoredAgent } from './records.ts'

/** 256 bits; the prefix lets scanners of repositories know it for what it is. */
export const newAgentSecret = (): string => `lumojit_${randomBytes(32).toString('base64url')}`

/** What is kept of an agent of the options once something about it changes. */
const fromOptions = (options: AgentOptions, now: number): StoredAgent => ({
  id: options.id,
  ...(options.name !== undefined && { name: options.name }),
  ...(options.scope !== undefined && { scope: options.scope }),
  actsForUsers: options.actsForUsers ?? true,
  createdAt: now,
})

/** The agent as the store has it, or would have it. */
export const findAgent = async (context: Context, id: string): Promise<StoredAgent> => {
  const stored = await context.store.agent(id)
  const seeded = context.directory.seeded(id)
  const agent = stored ?? (seeded && fromOptions(seeded, context.clock.now()))
  if (!agent) throw new OperationError('agent_not_found', 'There is no such agent.')
  return agent
}

export const viewAgent = (
  context: Context,
  id: string,
  stored: StoredAgent | undefined,
): AgentView => {
  const seeded = context.directory.seeded(id)
  const { name, scope, actsForUsers = true } = seeded ?? stored ?? {}
  const { suspendedAt, createdAt, rotatedAt, previousUntil = 0 } = stored ?? {}
  return {
    id,
    ...(name !== undefined && { name }),
    ...(scope !== undefined && { scope }),
    actsForUsers,
    seeded: seeded !== undefined,
    state: suspendedAt === undefined ? 'active' : 'suspended',
    ...(suspendedAt !== undefined && { suspendedAt }),
    ...(createdAt !== undefined && { createdAt }),
    ...(rotatedAt !== undefined && { rotatedAt }),
    ...(context.clock.now() < previousUntil && { previousSecretUntil: previousUntil }),
  }
}
