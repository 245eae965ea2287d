import type { LanguageModel } from 'ai'

type Model = Extract<LanguageModel, { readonly specificationVersion: 'v4' }>
type Finish = Awaited<ReturnType<Model['doGenerate']>>['finishReason']

const nothing = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
}
/** The older ones of the SDK's versions do not know this reason, and end the run for it just the same. */
const interrupted = { unified: 'interrupted' as string, raw: 'waits for a decision' } as Finish

/**
 * Stands in for the model when a call turns out to wait while the SDK carries out approvals of the
 * history, before any step: the provider must not be asked with a result that is none. It says
 * nothing, and ends the run.
 */
export function waitingModel(model: LanguageModel): Model {
  const { provider, modelId } =
    typeof model === 'string' ? { provider: 'lumojit', modelId: model } : model
  return {
    specificationVersion: 'v4',
    provider,
    modelId,
    supportedUrls: {},
    doGenerate: async () => ({
      content: [],
      finishReason: interrupted,
      usage: nothing,
      warnings: [],
    }),
    doStream: async () => ({
      stream: new ReadableStream({
        start(controller) {
          controller.enqueue({ type: 'stream-start', warnings: [] })
          controller.enqueue({ type: 'finish', finishReason: interrupted, usage: nothing })
          controller.close()
        },
      }),
    }),
  }
}
