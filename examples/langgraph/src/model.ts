import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { ChatOpenAI } from '@langchain/openai'
import { OfflineModel } from './offline-model.ts'

/**
 * OPENAI_API_KEY: OpenAI's models. LUMOJIT_MODEL_BASE_URL: any server that speaks its chat completions.
 * LUMOJIT_MODEL names the model. With neither, a script stands in, and nothing leaves this machine.
 */
export function chatModel(): BaseChatModel {
  const { OPENAI_API_KEY, LUMOJIT_MODEL_BASE_URL, LUMOJIT_MODEL = 'gpt-4.1' } = process.env
  if (LUMOJIT_MODEL_BASE_URL) {
    return new ChatOpenAI({
      model: LUMOJIT_MODEL,
      apiKey: OPENAI_API_KEY ?? 'none',
      configuration: { baseURL: LUMOJIT_MODEL_BASE_URL },
      useResponsesApi: false,
    })
  }
  if (OPENAI_API_KEY) return new ChatOpenAI({ model: LUMOJIT_MODEL, temperature: 0 })
  return new OfflineModel({})
}
