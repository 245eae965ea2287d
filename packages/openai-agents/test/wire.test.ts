import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent, OpenAIProvider, Runner } from '@openai/agents'
import { expect, it, onTestFinished } from 'vitest'
import { openStage } from './stage.ts'

type Body = Record<string, unknown>

/** What a model provider is really sent, which no scripted model can tell. */
it.each(['responses', 'chat/completions'])(
  'nothing of ours goes over the wire to %s',
  async (api) => {
    const bodies: Body[] = []
    const server = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      const body = JSON.parse(text) as Body
      bodies.push(body)
      const done = text.includes('call_1')
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(api === 'responses' ? responses(done) : completion(done)))
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    onTestFinished(() => void server.close())
    server.unref()
    const { port } = server.address() as AddressInfo

    const stage = await openStage()
    const runner = stage.runner({
      runner: new Runner({
        tracingDisabled: true,
        modelProvider: new OpenAIProvider({
          apiKey: 'none',
          baseURL: `http://127.0.0.1:${port}/v1`,
          useResponses: api === 'responses',
        }),
      }),
    })
    const agent = new Agent({ name: 'clerk', model: 'any', tools: [stage.pay()] })
    const first = await runner.run(agent, 'Pay inv-1.')
    expect(runner.pending(first)).toHaveLength(1)
    await stage.approve()
    const second = await runner.resume(agent, first.state.toString())
    expect(second.finalOutput).toBe('paid')

    expect(bodies).toHaveLength(2)
    for (const body of bodies) {
      const tools = body.tools as { name?: string; function?: { name: string } }[]
      expect(tools.map((each) => each.name ?? each.function?.name)).toEqual(['pay'])
    }
    const items = (bodies[1]?.input ?? bodies[1]?.messages) as { type?: string; role?: string }[]
    expect(items.map(({ type, role }) => type ?? role)).toEqual(
      api === 'responses'
        ? ['message', 'function_call', 'function_call_output'].map((type, at) =>
            at === 0 ? 'user' : type,
          )
        : ['user', 'assistant', 'tool'],
    )
    expect(JSON.stringify(bodies)).not.toMatch(/lumojit|jit_|handle|lj1\.|justif|invoice is due/)
  },
)

function responses(done: boolean): Body {
  const message = {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'paid', annotations: [] }],
  }
  const call = {
    type: 'function_call',
    id: 'fc_1',
    call_id: 'call_1',
    name: 'pay',
    arguments: '{"id":"inv-1"}',
    status: 'completed',
  }
  return {
    id: done ? 'resp_2' : 'resp_1',
    object: 'response',
    created_at: 1,
    model: 'any',
    status: 'completed',
    output: [done ? message : call],
    usage: {
      input_tokens: 1,
      output_tokens: 1,
      total_tokens: 2,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    },
  }
}

function completion(done: boolean): Body {
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: 'pay', arguments: '{"id":"inv-1"}' },
  }
  return {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'any',
    choices: [
      {
        index: 0,
        finish_reason: done ? 'stop' : 'tool_calls',
        message: done
          ? { role: 'assistant', content: 'paid' }
          : { role: 'assistant', content: null, tool_calls: [call] },
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }
}
