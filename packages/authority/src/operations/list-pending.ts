import { type Caller, requireApprover } from '../caller.ts'
import type { Context } from '../context.ts'
import type { PendingItem } from '../human-side.ts'
import { type Page, type PageInput, readWindow, toPage } from '../page.ts'
import type { StoredRequest, StoredTask } from '../records.ts'

export interface ListPendingInput extends PageInput {
  readonly by: Caller
}

const RANK = ['critical', 'high', 'medium', 'low']

/** What waits for a person: riskiest first, then oldest. */
export const listPending = async (
  context: Context,
  input: ListPendingInput,
): Promise<Page<PendingItem>> => {
  const user = requireApprover(context, input.by)
  const { limit, after } = readWindow(input, ['number'])
  const all = [...(await context.store.pending(context.clock.now()))].sort(
    (a, b) => RANK.indexOf(a.risk) - RANK.indexOf(b.risk),
  )
  const begin = Number(after?.[0] ?? 0)
  const rows = all.slice(begin, begin + limit)
  const items = await Promise.all(
    rows.map(async (request): Promise<PendingItem> => {
      const task = (await context.store.task(request.taskId)) as StoredTask
      const name = context.directory.agent(request.agentId)?.name
      const agent = {
        id: request.agentId,
        ...(name !== undefined && { name }),
        suspended: false,
      }
      const own = task.onBehalfOf?.toLowerCase() === user.email.toLowerCase()
      return { request, task, agent, holds: 0, own: own && !context.configuration.selfApproval }
    }),
  )
  const next = begin + limit < all.length ? { next: [begin + limit] } : {}
  return toPage({ items, total: all.length, ...next }, (item) => item)
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
