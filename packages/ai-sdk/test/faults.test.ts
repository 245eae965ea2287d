import { createJitAI, jitTool, requestJitAccessTool } from '@lumojit/ai-sdk'
import { isLumojitError } from '@lumojit/core'
import {
  generateText,
  isStepCount,
  readUIMessageStream,
  streamText,
  tool,
  type UIMessage,
} from 'ai'
import { expect, it } from 'vitest'
import { script } from './mock-model.ts'
import { call, saved, schema, stage, user } from './stage.ts'

const asked = { calls: [call('c1', 'read', 'plan')] }
const stopWhen = isStepCount(5)

async function codeOf(work: PromiseLike<unknown>) {
  const error = await Promise.resolve(work).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isLumojitError(error)) throw error ?? new Error('it went well')
  return { code: error.code, fix: error.fix }
}

it('a tool outside a run of ours says so at once, and following the fix works', async () => {
  const { ai, read } = await stage()
  const wrong = { model: script(asked, { text: 'read' }), tools: { read }, stopWhen, prompt: 'x' }
  const { code, fix } = await codeOf(generateText(wrong))
  expect(code).toBe('NO_TASK')
  expect(fix).toContain('createJitAI')
  const errors: unknown[] = []
  const stream = streamText({ ...wrong, model: script(asked, { text: 'read' }) })
  await stream.consumeStream({ onError: (error) => void errors.push(error) })
  expect(errors.map((error) => isLumojitError(error) && error.code)).toContain('NO_TASK')

  const right = { ...wrong, model: script(asked, { text: 'read' }) }
  expect((await ai.generateText(right)).text).toBe('read')
})

it('messages with an unsettled pause are not run, and following the fix works', async () => {
  const { world, ai, pay } = await stage()
  const tools = { pay }
  const paying = { calls: [call('c1', 'pay', 'inv-1')] }
  const first = await ai.generateText({ model: script(paying), tools, stopWhen, prompt: 'pay' })
  const messages = saved([user('pay'), ...first.responseMessages])
  const again = { model: script({ text: 'paid' }), tools, stopWhen }
  const { code, fix } = await codeOf(ai.generateText({ ...again, messages }))
  expect(code).toBe('CONFIG_INVALID')
  expect(fix).toContain('settle')
  expect(() => ai.streamText({ ...again, messages })).toThrow(/paused/)
  const turn = await ai.settle(messages)
  expect(turn.ready).toBe(false)
  for (const { requestId } of turn.pending.flatMap(({ requests }) => requests)) {
    await world.human.approve(requestId)
  }
  const { messages: settled } = await ai.settle(messages)
  expect((await ai.generateText({ ...again, messages: settled })).text).toBe('paid')
})

it('options that cannot work together are refused, and following the fix works', async () => {
  const { ai, jit, read } = await stage()
  const model = () => script(asked, { text: 'read' })
  const called = {
    model: model(),
    tools: { read, caller: tool({ inputSchema: schema() }) },
    experimental_toolCallers: { read: ['caller'] },
    stopWhen,
    prompt: 'x',
  }
  expect(await codeOf(ai.generateText(called as never))).toMatchObject({ code: 'CONFIG_INVALID' })

  const driven = createJitAI(jit, { escalate: 'model', pending: 'suspend' })
  const { code, fix } = await codeOf(
    driven.generateText({ model: model(), tools: { read }, stopWhen, prompt: 'x' }),
  )
  expect(code).toBe('CONFIG_INVALID')
  expect(fix).toContain('requestJitAccessTool()')
  const mended = { read, request_jit_access: requestJitAccessTool() }
  const told = await driven.generateText({ model: model(), tools: mended, stopWhen, prompt: 'x' })
  expect(told.text).toBe('read')
  expect(() => createJitAI({} as never)).toThrow(/engine/)
})

const astray = jitTool({
  inputSchema: schema('id'),
  execute: async (_, { jit }) => (await jit.fetch('https://elsewhere.example/')).text(),
})

it('a mistake of the application ends the run, and no model is told of it', async () => {
  const { ai } = await stage()
  const model = script(asked)
  const { code } = await codeOf(
    ai.generateText({ model, tools: { read: astray }, stopWhen, prompt: 'x' }),
  )
  expect(code).toBe('ORIGIN_NOT_LISTED')
  expect(model.doGenerateCalls).toHaveLength(1)
})

it('the same in a stream: the fault is the stream’s error', async () => {
  const { ai } = await stage()
  const model = script(asked)
  const errors: unknown[] = []
  const result = ai.streamText({
    model,
    tools: { read: astray },
    stopWhen,
    prompt: 'x',
    onError: ({ error }) => void errors.push(error),
  })
  let message: UIMessage | undefined
  const stream = result.toUIMessageStream()
  for await (const each of readUIMessageStream({ stream, onError: () => {} })) message = each
  expect(errors.map((error) => isLumojitError(error) && error.code)).toEqual(['ORIGIN_NOT_LISTED'])
  expect(model.doStreamCalls).toHaveLength(1)
  expect(JSON.stringify(message)).not.toContain('elsewhere')
})

it('token:never-in — what a tool throws is scrubbed before the model, the interface or a listener has it', async () => {
  const { world, ai } = await stage()
  const leaky = jitTool({
    inputSchema: schema('id'),
    execute: async (_, { jit }) => {
      const { bearer } = (await (await jit.fetch(`${world.api.url}/v1/echo`)).json()) as {
        bearer: string
      }
      throw Object.assign(new Error(`no good: ${bearer}`), { bearer })
    },
  })
  const model = script(asked, { text: 'sorry' })
  const heard: unknown[] = []
  const result = ai.streamText({
    model,
    tools: { read: leaky },
    stopWhen,
    prompt: 'x',
    onToolExecutionEnd: (event) => void heard.push(event),
  })
  const chunks: unknown[] = []
  for await (const chunk of result.toUIMessageStream()) chunks.push(chunk)
  const all = JSON.stringify([
    chunks,
    model.doStreamCalls.map(({ prompt }) => prompt),
    await result.steps,
    heard,
  ])
  expect(all).toContain('no good: [secret]')
  for (const each of world.tokens()) expect(all).not.toContain(each)
})
