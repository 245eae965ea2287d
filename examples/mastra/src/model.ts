import type { MastraModelConfig } from '@mastra/core/llm'
import { scriptedModel } from './scripted-model.ts'

/**
 * With OPENAI_API_KEY, OpenAI's; with LUMOJIT_MODEL_BASE_URL, any server that speaks its chat
 * completions. With neither, a script, and nothing leaves this machine.
 */
export function model(): MastraModelConfig {
  const { OPENAI_API_KEY, LUMOJIT_MODEL_BASE_URL, LUMOJIT_MODEL = 'gpt-5-mini' } = process.env
  if (!OPENAI_API_KEY && !LUMOJIT_MODEL_BASE_URL) return scriptedModel()
  return {
    id: `model/${LUMOJIT_MODEL}`,
    url: LUMOJIT_MODEL_BASE_URL ?? 'https://api.openai.com/v1',
    apiKey: OPENAI_API_KEY ?? 'none',
  }
}
