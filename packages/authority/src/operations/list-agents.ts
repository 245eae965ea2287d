import { viewAgent } from '../agents.ts'
import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { AgentView } from '../human-side.ts'
import { type Page, type PageInput, pageOf, readWindow, toPage } from '../page.ts'
import { READERS, requireRight } from '../rights.ts'

export interface ListAgentsInput extends PageInput {
  readonly by: Caller
}

/** Agents of the options and of the store, by id. */
export const listAgents = async (
  context: Context,
  input: ListAgentsInput,
): Promise<Page<AgentView>> => {
  requireRight(context, input.by, READERS)
  const window = readWindow(input, ['string'])
  const stored = new Map((await context.store.agents()).map((agent) => [agent.id, agent]))
  const seeded = context.directory.seededAgents().map(({ id }) => id)
  const ids = [...new Set([...seeded, ...stored.keys()])]
  const page = pageOf(ids, window, (id) => [id])
  return toPage(page, (id) => viewAgent(context, id, stored.get(id)))
}
