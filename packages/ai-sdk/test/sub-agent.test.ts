import { createJitAI, jitTool, pendingPermissions } from '@lumojit/ai-sdk'
import { isStepCount, tool } from 'ai'
import { expect, it } from 'vitest'
import { delegating, script } from './mock-model.ts'
import { approve, call, paid, saved, schema, stage, user } from './stage.ts'

const stopWhen = isStepCount(5)

/** Tools three agents deep; the innermost pays. */
function deep(all: Awaited<ReturnType<typeof stage>>, turns: readonly object[]) {
  const { ai, pay, read } = all
  const inner = script(...(turns as never[]))
  const runs = { middle: 0, inner: 0 }
  const middle = jitTool({
    inputSchema: schema('text'),
    execute: async ({ text = '' }) => {
      runs.inner++
      const asked = { model: inner, tools: { pay, read }, stopWhen, prompt: text }
      return (await ai.generateText(asked)).text
    },
  })
  const outer = jitTool({
    inputSchema: schema('text'),
    execute: async ({ text = '' }) => {
      runs.middle++
      const model = delegating('middle', { text })
      return (await ai.agent({ model, tools: { middle } }).generate({ prompt: text })).text
    },
  })
  return { tools: { outer }, inner, runs }
}

it('pause:goes-on-in-a-new-process — a run inside a run inside a run goes on where it was', async () => {
  const all = await stage()
  const { world, ai } = all
  const before = deep(all, [
    { calls: [call('c0', 'read', 'plan')] },
    { calls: [call('c1', 'pay', 'inv-1')] },
  ])
  const go = ({ tools }: ReturnType<typeof deep>, messages: Parameters<typeof ai.settle>[0]) =>
    ai.generateText({
      model: delegating('outer', { text: 'pay' }),
      tools,
      stopWhen,
      messages: [...messages],
    })
  const first = await go(before, [user('pay')])
  const messages = saved([user('pay'), ...first.responseMessages])
  const pending = pendingPermissions(messages)
  expect(pending.map(({ toolName }) => toolName)).toEqual(['pay'])
  await approve(world, pending)

  const after = deep(all, [{ text: 'innermost' }])
  const turn = await ai.settle(messages)
  const second = await go(after, turn.messages)
  expect(second.text).toContain('innermost')
  expect(paid(world)).toEqual(['inv-1'])
  // It was not begun anew: the document was read once, and the model asked once more.
  expect(world.api.seen().filter(({ path }) => path.includes('plan'))).toHaveLength(2)
  expect(after.inner.doGenerateCalls).toHaveLength(1)
  expect(world.counts().requests).toBe(2)
  expect(await world.human.pending()).toEqual([])
})

it('end:revokes-all — a run inside ends nothing that the run around still uses', async () => {
  const { world, ai, read } = await stage()
  const seen: number[] = []
  const delegate = jitTool({
    inputSchema: schema('text'),
    execute: async ({ text = '' }) => {
      const model = script({ calls: [call('c1', 'read', 'plan')] }, { text: 'read' })
      const { text: said } = await ai.generateText({
        model,
        tools: { read },
        stopWhen,
        prompt: text,
      })
      seen.push((await world.alive()).length)
      return said
    },
  })
  const model = delegating('delegate', { text: 'read' })
  await ai.generateText({ model, tools: { delegate }, stopWhen, prompt: 'x' })
  expect(seen[0]).toBeGreaterThan(1)
  const grants = world.tokens('jit')
  expect(grants).toHaveLength(1)
  expect(await world.isAlive(grants[0] as string)).toBe(false)
})

it('isolation:two-tasks-never-share — a run of another engine inside a call is a run of its own', async () => {
  const { world, ai, read } = await stage()
  const other = createJitAI(world.jit(), { pending: 'suspend' })
  const delegate = jitTool({
    inputSchema: schema('text'),
    execute: async () => {
      const model = script({ calls: [call('c1', 'read', 'plan')] }, { text: 'read' })
      return (await other.generateText({ model, tools: { read }, stopWhen, prompt: 'x' })).text
    },
  })
  const model = script(
    { calls: [call('c1', 'read', 'plan')] },
    { calls: [{ id: 'c2', tool: 'delegate', args: { text: 'x' } }] },
    { text: 'done' },
  )
  await ai.generateText({ model, tools: { read, delegate }, stopWhen, prompt: 'x' })
  expect(world.counts().requests).toBe(2)
})

it('pause:native — an ordinary tool beside a paused one has its result, and its listener is called', async () => {
  const { ai, pay } = await stage()
  const heard: string[] = []
  const plain = tool({ inputSchema: schema('id'), execute: async ({ id }) => ({ plain: id }) })
  const result = await ai.generateText({
    model: script({ calls: [call('c1', 'pay', 'inv-1'), call('c2', 'plain', 'it')] }),
    tools: { pay, plain },
    stopWhen,
    prompt: 'x',
    onToolExecutionEnd: ({ toolCall }) => void heard.push(toolCall.toolCallId),
    onStepEnd: ({ content }) => void heard.push(...content.map(({ type }) => type)),
  })
  expect(heard).toEqual(['c2', 'tool-call', 'tool-call', 'tool-result', 'tool-approval-request'])
  expect(result.toolResults.map(({ toolCallId }) => toolCallId)).toEqual(['c2'])
})
