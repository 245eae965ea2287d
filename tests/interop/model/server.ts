import { serveFetch } from '../serve-fetch.ts'
import { readGemini, writeGemini } from './gemini.ts'
import { readChat, writeChat } from './openai-chat.ts'
import { readResponses, writeResponses } from './openai-responses.ts'
import type { Script } from './script.ts'

/** Anything that stands in for a model over HTTP, in the protocols that the frameworks speak. */
export interface ScriptedModel {
  readonly url: string
  /** What frameworks read to find it. Keys are for show: nothing checks them. */
  readonly env: Readonly<Record<string, string>>
  /** Whatever it was asked that it cannot answer. */
  readonly unknown: readonly string[]
  close(): Promise<void>
}

export async function startModel(script: Script): Promise<ScriptedModel> {
  const unknown: string[] = []
  const answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    if (request.method === 'POST') {
      const body = await request.json()
      if (pathname.endsWith('/chat/completions'))
        return writeChat(await script(readChat(body)), body)
      if (pathname.endsWith('/responses'))
        return writeResponses(await script(readResponses(body)), body)
      if (pathname.endsWith(':generateContent')) return writeGemini(await script(readGemini(body)))
    }
    unknown.push(`${request.method} ${pathname}`)
    return Response.json({ error: { message: 'This model does not do that.' } }, { status: 404 })
  }
  const { url, close } = await serveFetch(answer)
  return {
    url,
    unknown,
    env: {
      OPENAI_BASE_URL: `${url}/v1`,
      OPENAI_API_BASE: `${url}/v1`,
      OPENAI_API_KEY: 'sk-scripted',
      OPENAI_AGENTS_DISABLE_TRACING: '1',
      GOOGLE_GEMINI_BASE_URL: url,
      GEMINI_API_KEY: 'scripted',
    },
    close,
  }
}
