import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import {
  AIMessage,
  AIMessageChunk,
  type BaseMessage,
  type ToolMessage,
} from '@langchain/core/messages'
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs'
import type { Runnable } from '@langchain/core/runnables'
import type { SaidTurn } from '@lumojit/conformance'

/** A chat model that says what it is told to say, whole or streamed. */
export class ScriptedChatModel extends BaseChatModel {
  readonly #say: (messages: readonly SeenMessage[]) => SaidTurn

  constructor(say: (messages: readonly SeenMessage[]) => SaidTurn) {
    super({})
    this.#say = say
  }

  _llmType(): string {
    return 'scripted'
  }

  override bindTools(): Runnable {
    return this
  }

  async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const message = new AIMessage(fields(this.#say(messages.map(seen))))
    return { generations: [{ text: message.text, message }] }
  }

  override async *_streamResponseChunks(messages: BaseMessage[]) {
    const { content, tool_calls, id } = fields(this.#say(messages.map(seen)))
    const message = new AIMessageChunk({
      id,
      content,
      tool_call_chunks: tool_calls.map((each, index) => ({
        type: 'tool_call_chunk',
        index,
        id: each.id,
        name: each.name,
        args: JSON.stringify(each.args),
      })),
    })
    yield new ChatGenerationChunk({ text: content, message })
  }
}

/** A message as a model sees it. */
export interface SeenMessage {
  readonly role: string
  readonly content: string
  readonly calls?: AIMessage['tool_calls']
  readonly callId?: string
  readonly tool?: string
}

function seen(message: BaseMessage): SeenMessage {
  const { tool_call_id, name } = message as ToolMessage
  const calls = (message as AIMessage).tool_calls
  return {
    role: message.getType(),
    content: message.text,
    ...(calls?.length ? { calls } : {}),
    ...(message.getType() === 'tool' ? { callId: tool_call_id, tool: name ?? '' } : {}),
  }
}

// The reducer of messages replaces by id, so an answer in another process needs one of its own.
function fields(turn: SaidTurn) {
  const calls = 'calls' in turn ? turn.calls : []
  return {
    id: crypto.randomUUID(),
    content: 'text' in turn ? turn.text : '',
    tool_calls: calls.map(({ id, tool, args }) => ({
      type: 'tool_call' as const,
      id,
      name: tool,
      args: { ...args },
    })),
  }
}
