import { createWorkflow, type WorkflowOptions } from '@mastra/core/workflows'
import { workflowTask } from './place.ts'
import type { RunTasks } from './run-tasks.ts'

/** The run goes on from here, some time. */
const OPEN = new Set(['suspended', 'waiting', 'paused', 'running', 'pending'])

/**
 * Mastra's `createWorkflow`, whose runs are tasks: when one has ended, however it ended, everything it
 * was granted is given back.
 */
export function jitWorkflowOf(tasks: RunTasks): typeof createWorkflow {
  return (params) => {
    const { onFinish } = params.options ?? {}
    const options: WorkflowOptions = {
      ...params.options,
      onFinish: async (result) => {
        if (!OPEN.has(result.status)) await tasks.complete(workflowTask(result.runId))
        await onFinish?.(result)
      },
    }
    return createWorkflow({ ...params, options })
  }
}
