import { tool } from '@langchain/core/tools'
import { z } from 'zod'
import type { GraphRuntime } from './read-call.ts'
import { underPermission } from './under-permission.ts'

const schema = z.object({
  challenge_id: z.string().describe('Exactly as an earlier tool result gave it.'),
  justification: z.string().describe('Why the user’s task needs this, in one sentence.'),
})

const GRANTED = { status: 'granted', next: 'Repeat the call that needed it.' }

/**
 * For runs with `escalate: 'model'`: the model asks for a permission that a tool was told it lacks.
 * It names a challenge by an opaque id and says why; it can write no permission of its own.
 */
export function requestJitAccessTool() {
  const name = 'request_jit_access'
  return tool(
    ({ challenge_id, justification }, runtime) =>
      underPermission({
        toolName: name,
        input: { challenge_id, justification },
        runtime: runtime as GraphRuntime,
        declared: async () => [],
        drive: async (jit, call) => {
          const outcome = await jit.answerChallenge(call, challenge_id, justification)
          return outcome.kind === 'done' ? { kind: 'done', value: GRANTED } : outcome
        },
      }),
    {
      name,
      description:
        'Asks for a permission that an earlier tool result said is required. Use only a challenge_id you were given.',
      schema,
    },
  )
}
