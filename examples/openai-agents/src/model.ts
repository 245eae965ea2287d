import { type Model, OpenAIProvider, Runner } from '@openai/agents'
import { offlineModel } from './offline-model.ts'

/**
 * OPENAI_API_KEY: OpenAI's models. LUMOJIT_MODEL_BASE_URL: any server that speaks its chat completions.
 * LUMOJIT_MODEL names the model. With neither, a script stands in, and nothing leaves this machine.
 */
export function modelRunner(): Runner {
  const { OPENAI_API_KEY, LUMOJIT_MODEL_BASE_URL, LUMOJIT_MODEL } = process.env
  const named = LUMOJIT_MODEL ? { model: LUMOJIT_MODEL } : {}
  if (LUMOJIT_MODEL_BASE_URL) {
    const modelProvider = new OpenAIProvider({
      apiKey: OPENAI_API_KEY ?? 'none',
      baseURL: LUMOJIT_MODEL_BASE_URL,
      useResponses: false,
    })
    return new Runner({ modelProvider, tracingDisabled: true, ...named })
  }
  if (OPENAI_API_KEY) return new Runner(named)
  const model: Model = offlineModel()
  return new Runner({ model, tracingDisabled: true })
}
