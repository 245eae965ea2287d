import type { Agent } from '@mastra/core/agent'
import { type Which, waitingRuns } from './pending-permissions.ts'

type AnyAgent = Pick<Agent, 'listSuspendedRuns' | 'listAgents' | 'resumeStream' | 'resumeGenerate'>
type Options = Omit<NonNullable<Parameters<Agent['resumeStream']>[1]>, 'runId' | 'toolCallId'>
type Streamed = Awaited<ReturnType<Agent['resumeStream']>>

/**
 * Lets runs go on that wait for the authority. It says nothing about the decision: every call that
 * waits asks the authority again, and pauses again if there is none. What a run waits for besides,
 * such as an approval of the application, it goes on waiting for.
 */
export async function wake(
  agent: AnyAgent,
  which: Which = {},
  options: Options = {},
): Promise<readonly Streamed[]> {
  const runs = await waitingRuns(agent, which)
  return Promise.all(
    runs.map(({ runId, threadId, resourceId, ours, others }) =>
      agent.resumeStream(
        {},
        {
          ...(threadId && resourceId ? { memory: { thread: threadId, resource: resourceId } } : {}),
          ...options,
          runId,
          // Without a name, Mastra goes on with all of them at once.
          ...(others.length > 0 && ours[0] !== undefined ? { toolCallId: ours[0] } : {}),
        },
      ),
    ),
  )
}
