import { isPause } from './current-run.ts'

interface Heard {
  readonly toolCall: { readonly callId: string }
  readonly output: unknown
}
interface Guardrail {
  run(data: Heard): Promise<unknown>
}
interface Listening {
  readonly outputGuardrails?: readonly unknown[] | undefined
  readonly customDataExtractor?: unknown
}

/** What looks at outputs does not look at a pause, which is none: the SDK shows them an empty text. */
export function deaf<T extends object>(options: T): T {
  const { outputGuardrails, customDataExtractor } = options as Listening
  return {
    ...options,
    ...(outputGuardrails
      ? { outputGuardrails: outputGuardrails.map((each) => deafGuardrail(each as Guardrail)) }
      : {}),
    ...(typeof customDataExtractor === 'function'
      ? {
          customDataExtractor: (data: Heard) =>
            isPause(data.toolCall.callId, data.output) ? undefined : customDataExtractor(data),
        }
      : {}),
  }
}

function deafGuardrail(guardrail: Guardrail): Guardrail {
  return {
    ...guardrail,
    run: async (data) =>
      isPause(data.toolCall.callId, data.output)
        ? { behavior: { type: 'allow' } }
        : guardrail.run(data),
  }
}
