import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { LiveGrant } from '../human-side.ts'
import { readText } from '../input.ts'
import { type Page, type PageInput, readWindow, toPage } from '../page.ts'
import { READERS, requireRight } from '../rights.ts'
import { agentNames, viewGrant } from '../views.ts'

export interface ListGrantsInput extends PageInput {
  readonly by: Caller
  readonly taskId?: unknown
}

/** What agents may do at this moment: every token that lives, the one that ends soonest first. */
export const listGrants = async (
  context: Context,
  input: ListGrantsInput,
): Promise<Page<LiveGrant>> => {
  requireRight(context, input.by, READERS)
  const taskId = readText('task_id', input.taskId, 128)
  const filter = taskId === undefined ? {} : { taskId }
  const window = readWindow(input, ['number', 'string'])
  const page = await context.store.grantPage(context.clock.now(), filter, window)
  const nameOf = await agentNames(context, page.items, ({ request }) => request.agentId)
  return toPage(page, (each) => viewGrant(nameOf(each.request.agentId), each))
}
