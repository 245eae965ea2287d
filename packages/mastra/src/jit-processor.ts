import type { RequestContext } from '@mastra/core/request-context'
import type { RunTasks } from './run-tasks.ts'

interface Seen<Messages> {
  readonly messages: Messages
  readonly requestContext?: RequestContext
}

/**
 * The task of an agent's runs, from the input to the last word: put the same processor into
 * `inputProcessors` and `outputProcessors`. Mastra calls the second end of it when a run is finished,
 * has failed or was aborted, and not when it paused.
 */
export interface JitProcessor {
  readonly id: 'lumojit'
  processInput<Messages>(seen: Seen<Messages>): Messages
  processInputStep(seen: { readonly requestContext?: RequestContext }): Record<string, never>
  processOutputResult<Messages>(seen: Seen<Messages>): Promise<Messages>
}

export function jitProcessorOf(tasks: RunTasks): () => JitProcessor {
  return () => ({
    id: 'lumojit',
    processInput: ({ messages, requestContext }) => {
      if (requestContext) tasks.begin(requestContext)
      return messages
    },
    // A mistake of the application ends the run before the model is asked again.
    processInputStep: ({ requestContext }) => {
      const fault = requestContext && tasks.faultOf(requestContext)
      if (fault) throw fault
      return {}
    },
    processOutputResult: async ({ messages, requestContext }) => {
      if (requestContext) await tasks.end(requestContext)
      return messages
    },
  })
}
