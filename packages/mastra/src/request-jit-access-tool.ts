import { createTool } from '@mastra/core/tools'
import { z } from 'zod'
import type { MastraToolContext } from './jit-tool.ts'
import { placeOfTool } from './place.ts'
import { type Engine, underPermission } from './under-permission.ts'

const inputSchema = z.object({
  challenge_id: z.string().describe('Exactly as an earlier tool result gave it.'),
  justification: z.string().describe('Why the user’s task needs this, in one sentence.'),
})

const GRANTED = { status: 'granted', next: 'Repeat the call that needed it.' }
const ID = 'request_jit_access'

export function requestJitAccessToolOf(engine: Engine) {
  return () =>
    createTool({
      id: ID,
      description:
        'Asks for a permission that an earlier tool result said is required. Use only a challenge_id you were given.',
      inputSchema,
      execute: (input, context) =>
        underPermission<typeof GRANTED>(engine, {
          toolName: ID,
          place: placeOfTool(ID, context as MastraToolContext),
          input,
          declared: async () => [],
          drive: async (jit, call) => {
            const outcome = await jit.answerChallenge(call, input.challenge_id, input.justification)
            return outcome.kind === 'done' ? { kind: 'done', value: GRANTED } : outcome
          },
        }),
    })
}
