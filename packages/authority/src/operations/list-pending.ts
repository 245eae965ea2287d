import { type Caller, requireApprover } from '../caller.ts'
import type { Context } from '../context.ts'
import type { StoredRequest, StoredTask } from '../records.ts'

export interface PendingItem {
  readonly request: StoredRequest
  readonly task: StoredTask | undefined
}

/** Contract 3.7: what waits for a person, oldest first. */
export const listPending = async (
  context: Context,
  input: { readonly by: Caller },
): Promise<readonly PendingItem[]> => {
  requireApprover(context, input.by)
  const requests = await context.store.pending(context.clock.now())
  return Promise.all(
    requests.map(async (request) => ({
      request,
      task: await context.store.task(request.taskId),
    })),
  )
}
