import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModel } from 'ai'
import { scriptedModel } from './scripted-model.ts'

/**
 * With OPENAI_API_KEY, OpenAI's; with LUMOJIT_MODEL_BASE_URL, any server that speaks its chat
 * completions. With neither, a script, and nothing leaves this machine.
 */
export function model(): LanguageModel {
  const { OPENAI_API_KEY, LUMOJIT_MODEL_BASE_URL, LUMOJIT_MODEL = 'gpt-5-mini' } = process.env
  if (!OPENAI_API_KEY && !LUMOJIT_MODEL_BASE_URL) return scriptedModel()
  const provider = createOpenAICompatible({
    name: 'model',
    baseURL: LUMOJIT_MODEL_BASE_URL ?? 'https://api.openai.com/v1',
    ...(OPENAI_API_KEY ? { apiKey: OPENAI_API_KEY } : {}),
  })
  return provider(LUMOJIT_MODEL)
}
