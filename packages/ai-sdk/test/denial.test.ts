import { pendingPermissions } from '@lumojit/ai-sdk'
import { convertToModelMessages, isStepCount, readUIMessageStream, type UIMessage } from 'ai'
import { expect, it } from 'vitest'
import { script } from './mock-model.ts'
import { call, deny, saved, stage, toldOf, user } from './stage.ts'

const asked = { calls: [call('c1', 'pay', 'inv-1')] }
const stopWhen = isStepCount(5)
/** Word for word what a model reads after a no. */
const NO = {
  type: 'error-json',
  value: {
    error: 'permission_refused',
    code: 'DENIED',
    message: 'Not this one.',
    retryable: false,
    risk: 'critical',
    next: 'This is final. Do not repeat the call; say that it was not permitted.',
  },
}

it('refuse:not-asked-again-in-task — the model’s next input after a denial', async () => {
  const { world, ai, pay } = await stage()
  const tools = { pay }
  const first = await ai.generateText({ model: script(asked), tools, stopWhen, prompt: 'pay' })
  const messages = saved([user('pay'), ...first.responseMessages])
  await deny(world, pendingPermissions(messages))
  const model = script({ text: 'it was not allowed' })
  const turn = await ai.settle(messages)
  const last = await ai.generateText({ model, tools, stopWhen, messages: turn.messages })
  expect(toldOf(model.doGenerateCalls[0]?.prompt, 'c1')).toEqual(NO)
  expect(last.text).toBe('it was not allowed')
})

it('refuse:not-asked-again-in-task — the same through a browser, and in every later turn', async () => {
  const { world, ai, pay } = await stage()
  const tools = { pay }
  let messages: UIMessage[] = [ask('u1', 'pay')]
  const go = async (model: ReturnType<typeof script>) => {
    const turn = await ai.settleUI(messages)
    const given = await convertToModelMessages(turn.messages, { tools })
    const result = ai.streamText({ model, tools, stopWhen, messages: given })
    const last = turn.messages.at(-1)
    let message: UIMessage | undefined
    for await (const each of readUIMessageStream({
      stream: result.toUIMessageStream({ originalMessages: turn.messages }),
      ...(last?.role === 'assistant' ? { message: last } : {}),
    }))
      message = each
    const before = last?.role === 'assistant' ? turn.messages.slice(0, -1) : turn.messages
    messages = saved([...before, message as UIMessage])
  }
  await go(script(asked))
  await deny(world, pendingPermissions(messages))
  for (const turn of ['first', 'second']) {
    const model = script({ text: 'it was not allowed' })
    await go(model)
    expect(toldOf(model.doStreamCalls[0]?.prompt, 'c1'), turn).toEqual(NO)
    messages.push(ask(turn, 'and now?'))
  }
  const part = messages.flatMap(({ parts }) => parts).find((each) => 'toolCallId' in each)
  expect(part).toMatchObject({ state: 'output-available', output: { code: 'DENIED' } })
  expect(world.counts().requests).toBe(1)
})

const ask = (id: string, text: string): UIMessage => ({
  id,
  role: 'user',
  parts: [{ type: 'text', text }],
})
