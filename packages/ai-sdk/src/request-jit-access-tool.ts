import { jsonSchema, type Tool } from 'ai'
import { unbound } from './bind-tools.ts'
import { executeCall } from './execute-call.ts'
import type { PermissionAnswer } from './tell-outcome.ts'

interface Asking {
  readonly challenge_id: string
  readonly justification: string
}

export interface AccessGranted {
  readonly status: 'granted'
  readonly next: string
}

const text = (description: string) => ({ type: 'string' as const, description })

/**
 * For `escalate: 'model'`, under the name `request_jit_access`: the model was told that a call needs
 * a permission, and asks for it. It can name a challenge, never write a permission.
 */
export function requestJitAccessTool(): Tool<Asking, AccessGranted | PermissionAnswer> {
  const rest = {
    description:
      'Asks for a permission that another tool said it needs. Afterwards, repeat the call of that tool.',
    inputSchema: jsonSchema<Asking>({
      type: 'object',
      properties: {
        challenge_id: text('The challenge_id that the other tool answered with.'),
        justification: text('Why this is needed, in one sentence, for the person who decides.'),
      },
      required: ['challenge_id', 'justification'],
      additionalProperties: false,
    }),
  }
  return unbound(rest, {
    permissions: undefined,
    onInputAvailable: undefined,
    run: (run, call) =>
      executeCall(run, { ...call, declared: [] }, async (toolCall) => {
        const { challenge_id, justification } = call.input as Asking
        const outcome = await run.jit.answerChallenge(toolCall, challenge_id, justification)
        if (outcome.kind !== 'done') return outcome
        return {
          kind: 'done',
          value: { status: 'granted', next: 'Repeat the call that needed it.' },
        }
      }),
  }) as Tool<Asking, AccessGranted | PermissionAnswer>
}
