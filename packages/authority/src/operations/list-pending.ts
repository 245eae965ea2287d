import { type Caller, requireApprover } from '../caller.ts'
import type { Context } from '../context.ts'
import type { PendingItem } from '../human-side.ts'
import { type Page, type PageInput, readWindow, toPage } from '../page.ts'
import type { StoredRequest, StoredTask } from '../records.ts'
import { READERS, requireRight } from '../rights.ts'
import { agentNames, isOwn } from '../views.ts'

export interface ListPendingInput extends PageInput {
  readonly by: Caller
}

/** What waits for a person: riskiest first, then oldest. */
export const listPending = async (
  context: Context,
  input: ListPendingInput,
): Promise<Page<PendingItem>> => {
  const user = requireRight(context, input.by, READERS)
  const window = readWindow(input, ['number', 'number', 'string'])
  const page = await context.store.pendingPage(context.clock.now(), window)
  const nameOf = await agentNames(context, page.items, ({ request }) => request.agentId)
  return toPage(page, ({ request, task, holds }) => ({
    request,
    task,
    agent: nameOf(request.agentId),
    holds,
    own: isOwn(context, user, task),
  }))
}

/** Contract 3.7: all that waits for a person, oldest first. */
export const listAllPending = async (
  context: Context,
  input: { readonly by: Caller },
): Promise<
  readonly { readonly request: StoredRequest; readonly task: StoredTask | undefined }[]
> => {
  requireApprover(context, input.by)
  const requests = await context.store.pending(context.clock.now())
  return Promise.all(
    requests.map(async (request) => ({
      request,
      task: await context.store.task(request.taskId),
    })),
  )
}
