import type { BaseLlm } from '@google/adk'
import { ChatCompletions } from './chat-completions.ts'
import { OfflineModel } from './offline-model.ts'

/**
 * GEMINI_API_KEY or GOOGLE_API_KEY: Gemini, by ADK itself. OPENAI_API_KEY: OpenAI's models, or with
 * LUMOJIT_MODEL_BASE_URL any server that speaks its chat completions. LUMOJIT_MODEL names the model.
 * With none of them, a script stands in, and nothing leaves this machine.
 */
export function languageModel(): BaseLlm | string {
  const { GEMINI_API_KEY, GOOGLE_API_KEY, OPENAI_API_KEY, LUMOJIT_MODEL } = process.env
  const { LUMOJIT_MODEL_BASE_URL = 'https://api.openai.com/v1' } = process.env
  if (OPENAI_API_KEY || process.env.LUMOJIT_MODEL_BASE_URL) {
    return new ChatCompletions(
      LUMOJIT_MODEL ?? 'gpt-5-mini',
      LUMOJIT_MODEL_BASE_URL,
      OPENAI_API_KEY ?? 'none',
    )
  }
  if (GEMINI_API_KEY || GOOGLE_API_KEY) return LUMOJIT_MODEL ?? 'gemini-2.5-flash'
  return new OfflineModel({ model: 'offline' })
}
