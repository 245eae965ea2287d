import type { Agent } from '@mastra/core/agent'
import { RequestContext } from '@mastra/core/request-context'
import { type Which, waitingRuns } from './pending-permissions.ts'
import type { Engine } from './under-permission.ts'

type AnyAgent = Pick<Agent, 'listSuspendedRuns' | 'listAgents' | 'getMastraInstance'>

/** Which runs, and a request context that names the same person as the runs' own did. */
export interface Abandoned extends Which {
  readonly requestContext?: RequestContext
}

/**
 * These runs will never go on: what they wait for is taken back, what they hold is given back, and
 * Mastra forgets them.
 */
export type Abandon = (agent: AnyAgent, which: Abandoned) => Promise<void>

export function abandonOf({ jit, tasks }: Engine): Abandon {
  return async (agent, { requestContext, ...which }) => {
    const context = requestContext ?? new RequestContext()
    for (const { names, permissions, runIds } of await waitingRuns(agent, which)) {
      for (const name of names) {
        for (const { handle } of permissions) {
          await jit.abandon(handle, await tasks.task(name, context, handle))
        }
        await tasks.complete(name)
      }
      await forget(agent, runIds)
    }
  }
}

async function forget(agent: AnyAgent, runIds: readonly string[]): Promise<void> {
  const store = await agent.getMastraInstance()?.getStorage()?.getStore('workflows')
  const { runs } = (await store?.listWorkflowRuns({ status: 'suspended' })) ?? { runs: [] }
  for (const { workflowName, runId } of runs) {
    if (runIds.includes(runId)) await store?.deleteWorkflowRunById({ workflowName, runId })
  }
}
