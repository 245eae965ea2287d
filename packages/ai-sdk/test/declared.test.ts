import { jitTool, pendingPermissions } from '@lumojit/ai-sdk'
import { isStepCount, type ToolSet } from 'ai'
import { expect, it } from 'vitest'
import { mockModel, script } from './mock-model.ts'
import { approve, call, deny, paid, saved, schema, stage, toldOf, user } from './stage.ts'

const stopWhen = isStepCount(5)

async function declaring() {
  const all = await stage()
  const ran: string[] = []
  const payment = (id: string) => [{ type: 'payment', actions: ['initiate'], identifier: id }]
  const tool = jitTool({
    description: 'Pays an invoice',
    inputSchema: schema('id'),
    permissions: ({ id = '' }) => ({ resource: all.world.api.url, details: payment(id) as never }),
    execute: async ({ id = '' }, { jit }) => {
      ran.push(id)
      const body = JSON.stringify({ invoice: id })
      return (await jit.fetch(`${all.world.api.url}/v1/payments`, { method: 'POST', body })).json()
    },
  })
  return { ...all, tools: { pay: tool } satisfies ToolSet, ran }
}

const asked = { calls: [call('c1', 'pay', 'inv-1')] }

it('pause:native — the SDK’s own question before a call asks the authority, and runs nothing', async () => {
  const { world, ai, tools, ran } = await declaring()
  const started: string[] = []
  const first = await ai.generateText({
    model: script(asked),
    tools,
    stopWhen,
    prompt: 'pay',
    onToolExecutionStart: ({ toolCall }) => void started.push(toolCall.toolName),
  })
  expect([ran, started, world.api.seen()]).toEqual([[], [], []])
  const messages = saved([user('pay'), ...first.responseMessages])
  await approve(world, pendingPermissions(messages))
  const turn = await ai.settle(messages)
  const model = script({ text: 'paid' })
  const second = await ai.generateText({ model, tools, stopWhen, messages: turn.messages })
  expect(second.text).toBe('paid')
  expect(ran).toEqual(['inv-1'])
  expect(world.api.seen().map(({ status }) => status)).toEqual([201])
})

it('refuse:not-asked-again-in-task — a declared permission that is denied ends in the SDK’s own denial', async () => {
  const { world, ai, tools, ran } = await declaring()
  const first = await ai.generateText({ model: script(asked), tools, stopWhen, prompt: 'pay' })
  const messages = saved([user('pay'), ...first.responseMessages])
  await deny(world, pendingPermissions(messages))
  const turn = await ai.settle(messages)
  const model = script({ text: 'no' })
  await ai.generateText({ model, tools, stopWhen, messages: turn.messages })
  const told = toldOf(model.doGenerateCalls[0]?.prompt, 'c1') as { type: string; reason: string }
  expect(told.type).toBe('execution-denied')
  expect(JSON.parse(told.reason)).toEqual({
    error: 'permission_refused',
    code: 'DENIED',
    message: 'Not this one.',
    retryable: false,
    risk: 'critical',
    next: 'This is final. Do not repeat the call; say that it was not permitted.',
  })
  expect(ran).toEqual([])
})

it('pause:native — what the application decides itself comes first, as a member and as a function', async () => {
  const { world, ai, tools } = await declaring()
  const go = (toolApproval: Parameters<typeof ai.generateText<typeof tools>>[0]['toolApproval']) =>
    ai.generateText({
      model: script(asked, { text: 'no' }),
      tools,
      stopWhen,
      prompt: 'x',
      toolApproval: toolApproval as never,
    })
  for (const denied of [{ pay: 'denied' as const }, () => 'denied' as const]) {
    const { content } = await go(denied)
    expect(content.map(({ type }) => type)).toContain('tool-approval-response')
  }
  for (const theirs of [{ pay: () => 'user-approval' as const }, () => 'user-approval' as const]) {
    const { responseMessages } = await go(theirs)
    expect(pendingPermissions(saved([...responseMessages]))).toEqual([])
  }
  expect(world.counts().requests).toBe(0)
  for (const none of [{}, { pay: 'approved' as const }, () => undefined]) {
    const { responseMessages } = await go(none)
    expect(pendingPermissions(saved([...responseMessages]))).toHaveLength(1)
  }
})

it('pause:native — an answer that was cut off runs nothing, and its call still pauses natively', async () => {
  const { world, ai, tools, ran } = await declaring()
  const model = mockModel(() => asked)
  const whole = model.doStream.bind(model)
  model.doStream = async (options) => {
    const { stream } = await whole(options)
    const cut = new TransformStream({
      transform: (part, controller) =>
        controller.enqueue(
          part.type === 'finish' ? { ...part, finishReason: { unified: 'length' } } : part,
        ),
    })
    return { stream: stream.pipeThrough(cut) }
  }
  const result = ai.streamText({ model, tools, stopWhen, prompt: 'pay' })
  expect(await result.finishReason).toBe('length')
  expect(ran).toEqual([])
  expect(pendingPermissions(saved(await result.responseMessages))).toHaveLength(1)
  expect(paid(world)).toEqual([])
})

it('pause:abandoned-is-cancelled — an answer that the SDK gave up and asked for again leaves no question behind', async () => {
  const { world, ai, tools } = await declaring()
  let turn = 0
  const model = mockModel(() => ({ calls: [call(`c${++turn}`, 'pay', `inv-${turn}`)] }))
  const whole = model.doStream.bind(model)
  model.doStream = async (options) => {
    const { stream } = await whole(options)
    const broken = new TransformStream({
      transform: (part, controller) => {
        if (part.type === 'finish' && turn === 1) {
          controller.enqueue({ type: 'error', error: new Error('overloaded') })
        } else controller.enqueue(part)
      },
    })
    return { stream: stream.pipeThrough(broken) }
  }
  const retried = { streamRetries: 1, onError: () => ({ retry: true }) }
  const result = ai.streamText({ model, tools, stopWhen, prompt: 'pay', ...retried } as never)
  await result.consumeStream()
  expect(turn).toBe(2)
  const pending = pendingPermissions(saved([user('pay'), ...(await result.responseMessages)]))
  expect(pending).toHaveLength(1)
  expect((await world.human.pending()).map(({ details }) => details[0].identifier)).toEqual([
    'inv-2',
  ])
})
