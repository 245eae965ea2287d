import {
  convertToModelMessages,
  createUIMessageStream,
  createUIMessageStreamResponse,
  isStepCount,
  isToolUIPart,
  toUIMessageStream,
  type UIMessage,
  validateUIMessages,
} from 'ai'
import { Hono } from 'hono'
import { ai } from './engine.ts'
import { model } from './model.ts'
import { fetchDocument, payInvoice } from './tools.ts'

const tools = { fetchDocument, payInvoice }

/** The route that `useChat` talks to. Whatever the browser claims about an approval is put right here. */
export const chatApp = new Hono().post('/api/chat', async (c) => {
  const { messages } = await c.req.json<{ messages: UIMessage[] }>()
  // Whose request this is comes from the session, never from the messages. Here everybody is Alice.
  const mine = ai.forTask({ name: 'Chat about invoices', onBehalfOf: 'alice@acme-corp.com' })
  const turn = await mine.settleUI(await validateUIMessages({ messages }))
  if (!turn.ready) return createUIMessageStreamResponse({ stream: stillWaiting(turn.messages) })
  const result = mine.streamText({
    model: model(),
    tools,
    stopWhen: isStepCount(10),
    messages: await convertToModelMessages(turn.messages, { tools }),
    abortSignal: c.req.raw.signal,
  })
  return createUIMessageStreamResponse({
    stream: toUIMessageStream({ stream: result.stream, tools, originalMessages: turn.messages }),
  })
})

/** Nobody has decided yet: the browser is told so in its own terms, and its cards ask again. */
function stillWaiting(originalMessages: UIMessage[]) {
  return createUIMessageStream({
    originalMessages,
    execute: ({ writer }) => {
      for (const part of originalMessages.at(-1)?.parts ?? []) {
        if (!isToolUIPart(part) || part.state !== 'approval-requested') continue
        const { id: approvalId, requestReason } = part.approval
        writer.write({
          type: 'tool-approval-request',
          approvalId,
          toolCallId: part.toolCallId,
          ...(requestReason ? { reason: requestReason } : {}),
        })
      }
    },
  })
}
