import type { BaseTool, ToolInputParameters } from '@google/adk'
import { JitTool } from './jit-tool.ts'
import { type Engine, underPermission } from './under-permission.ts'

const ID = 'request_jit_access'
const GRANTED = { status: 'granted', next: 'Repeat the call that needed it.' }

const parameters = {
  type: 'OBJECT',
  properties: {
    challenge_id: { type: 'STRING', description: 'Exactly as an earlier tool result gave it.' },
    justification: {
      type: 'STRING',
      description: 'Why the user’s task needs this, in one sentence.',
    },
  },
  required: ['challenge_id', 'justification'],
} as unknown as Exclude<ToolInputParameters, undefined>

export function requestJitAccessToolOf(engine: Engine): () => BaseTool {
  return () =>
    new JitTool({
      name: ID,
      description:
        'Asks for a permission that an earlier tool result said is required. Use only a challenge_id you were given.',
      parameters,
      execute: (input, context) =>
        underPermission(engine, {
          toolName: ID,
          context,
          input,
          declared: async () => [],
          drive: async (jit, call) => {
            const { challenge_id: id, justification } = input as Readonly<Record<string, unknown>>
            const outcome = await jit.answerChallenge(call, text(id), text(justification))
            return outcome.kind === 'done' ? { kind: 'done', value: GRANTED } : outcome
          },
        }),
    })
}

/** Nobody has held what the model wrote against the schema. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
