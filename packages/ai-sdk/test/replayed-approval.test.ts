import { createJitAI, pendingPermissions } from '@lumojit/ai-sdk'
import {
  convertToModelMessages,
  createAgentUIStream,
  isStepCount,
  type ModelMessage,
  readUIMessageStream,
  type UIMessage,
} from 'ai'
import { expect, it } from 'vitest'
import { script } from './mock-model.ts'
import { approve, call, paid, saved, stage, toldOf, user } from './stage.ts'

const asked = { calls: [call('c1', 'pay', 'inv-1')] }
const stopWhen = isStepCount(5)

/** The application wants its own yes first; only what comes after shows that the authority wants one too. */
it.each(['generateText', 'agent'] as const)(
  'pause:native — a wait that appears while approvals of the history are carried out pauses before the model is asked (%s)',
  async (way) => {
    const { world, ai, pay } = await stage()
    const go = (model: ReturnType<typeof script>, messages: ModelMessage[]) => {
      const settings = { model, tools: { pay }, toolApproval: { pay: 'user-approval' as const } }
      return way === 'agent'
        ? ai.agent(settings).generate({ messages })
        : ai.generateText({ ...settings, stopWhen, messages })
    }
    const first = await go(script(asked), [user('pay')])
    let messages = saved([user('pay'), ...first.responseMessages])
    expect(pendingPermissions(messages)).toEqual([])
    expect((await ai.settle(messages)).pending).toEqual([])
    messages = [...messages, said(messages)]

    const silent = script()
    const second = await go(silent, messages)
    expect(silent.doGenerateCalls).toHaveLength(0)
    expect(second.finishReason).toBe('interrupted')
    messages = saved([...messages, ...second.responseMessages])
    const pending = pendingPermissions(messages)
    expect(pending).toHaveLength(1)
    expect(second.content.map(({ type }) => type)).toEqual(['tool-approval-request'])
    expect(JSON.stringify(messages)).not.toContain('waiting_for_a_decision')
    expect(JSON.stringify(messages)).not.toContain('This call waits')
    expect(await tasks(world)).toBe(1)
    expect((await ai.settle(messages)).ready).toBe(false)

    await approve(world, pending)
    const turn = await ai.settle(messages)
    const model = script({ text: 'paid' })
    const third = await go(model, turn.messages)
    expect(third.text).toBe('paid')
    expect(paid(world)).toEqual(['inv-1'])
    expect(toldOf(model.doGenerateCalls[0]?.prompt, 'c1')).toMatchObject({
      value: { paid: 'inv-1' },
    })
    // No empty turn, and nothing twice, goes to the provider.
    expect(model.doGenerateCalls[0]?.prompt.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
    ])
    expect(world.counts().requests).toBe(1)
  },
)

it.each(['streamText', 'agent'] as const)(
  'pause:native — the same in a stream: the card asks again, for the authority (%s)',
  async (way) => {
    const { world, ai, pay } = await stage()
    const tools = { pay }
    const go = async (model: ReturnType<typeof script>, messages: UIMessage[]) => {
      const settings = { model, tools, toolApproval: { pay: 'user-approval' as const } }
      const errors: unknown[] = []
      const onError = ({ error }: { error: unknown }) => void errors.push(error)
      const stream =
        way === 'agent'
          ? await createAgentUIStream({
              agent: ai.agent({ ...settings, onError }),
              uiMessages: messages,
            })
          : ai
              .streamText({
                ...settings,
                stopWhen,
                onError,
                messages: await convertToModelMessages(messages, { tools }),
              })
              .toUIMessageStream({ originalMessages: messages })
      const last = messages.at(-1)
      let message: UIMessage | undefined
      for await (const each of readUIMessageStream({
        stream: stream as never,
        ...(last?.role === 'assistant' ? { message: structuredClone(last) } : {}),
      }))
        message = each
      expect(errors).toEqual([])
      const before = last?.role === 'assistant' ? messages.slice(0, -1) : messages
      return saved([...before, message as UIMessage])
    }
    let messages = await go(script(asked), [ask('pay')])
    expect(partOf(messages)).toMatchObject({ state: 'approval-requested' })
    messages = answered(messages)
    const silent = script()
    messages = await go(silent, (await ai.settleUI(messages)).messages)
    expect(silent.doStreamCalls).toHaveLength(0)
    expect(partOf(messages)).toMatchObject({
      state: 'approval-requested',
      approval: { requestReason: 'Waiting for a decision: pay' },
    })
    const pending = pendingPermissions(messages)
    expect(pending).toHaveLength(1)
    expect(JSON.stringify(messages)).not.toContain('waiting_for_a_decision')

    await approve(world, pending)
    const model = script({ text: 'paid' })
    messages = await go(model, (await ai.settleUI(messages)).messages)
    expect(partOf(messages)).toMatchObject({ state: 'output-available', output: { paid: 'inv-1' } })
    expect(paid(world)).toEqual(['inv-1'])
    expect(world.counts().requests).toBe(1)
  },
)

it('end:revokes-all — a run that waits from before its first step leaves its task open, and only that', async () => {
  const { world, ai, jit, pay, read } = await stage()
  const settings = {
    tools: { pay, read },
    toolApproval: { pay: 'user-approval' as const },
    stopWhen,
  }
  const turns = { calls: [call('c0', 'read', 'plan'), ...asked.calls] }
  const first = await ai.generateText({ ...settings, model: script(turns), prompt: 'pay' })
  // Nothing of ours waits: what the first run was given is gone.
  expect(await world.alive()).toHaveLength(1)
  const messages = saved([user('pay'), ...first.responseMessages])
  const second = await ai.generateText({
    ...settings,
    model: script(),
    messages: [...messages, said(messages)],
  })
  const pending = pendingPermissions([...messages, ...second.responseMessages])
  expect(await createJitAI(jit).settle([])).toMatchObject({ ready: true })
  await approve(world, pending)
  const { messages: settled } = await ai.settle([...messages, ...second.responseMessages])
  await ai.generateText({ ...settings, model: script({ text: 'paid' }), messages: settled })
  expect(world.tokens('jit').length).toBeGreaterThan(0)
  expect(await Promise.all(world.tokens('jit').map((each) => world.isAlive(each)))).not.toContain(
    true,
  )
})

function said(messages: ModelMessage[]): ModelMessage {
  const content = messages.flatMap((message) =>
    message.role !== 'assistant' || typeof message.content === 'string'
      ? []
      : message.content.flatMap((part) =>
          part.type === 'tool-approval-request'
            ? [
                {
                  type: 'tool-approval-response' as const,
                  approvalId: part.approvalId,
                  approved: true,
                },
              ]
            : [],
        ),
  )
  return { role: 'tool', content }
}

const ask = (text: string): UIMessage => ({
  id: 'u1',
  role: 'user',
  parts: [{ type: 'text', text }],
})

function partOf(messages: UIMessage[]) {
  return messages.flatMap(({ parts }) => parts).findLast((part) => 'toolCallId' in part)
}

function answered(messages: UIMessage[]): UIMessage[] {
  const part = partOf(messages) as { state: string; approval: object } | undefined
  Object.assign(part ?? {}, {
    state: 'approval-responded',
    approval: { ...part?.approval, approved: true },
  })
  return messages
}

async function tasks(world: Awaited<ReturnType<typeof stage>>['world']): Promise<number> {
  return new Set((await world.human.pending()).map(({ taskId }) => taskId)).size
}
