import { isStepCount, tool } from 'ai'
import { expect, it } from 'vitest'
import { mockModel, script } from './mock-model.ts'
import { call, schema, stage } from './stage.ts'

const stopWhen = isStepCount(5)
const reading = { calls: [call('c1', 'read', 'plan')] }

async function grantsAlive(world: Awaited<ReturnType<typeof stage>>['world']) {
  const grants = world.tokens('jit')
  expect(grants.length).toBeGreaterThan(0)
  const alive = await Promise.all(grants.map((each) => world.isAlive(each)))
  return alive.filter(Boolean).length
}

it.each([
  ['is good at last', 1],
  ['is never good', 9],
])(
  'end:revokes-all — where the SDK asks a model again for an answer that %s',
  async (_, broken) => {
    const { world, ai, read } = await stage()
    const turns = script(reading, { text: 'read' })
    let asked = 0
    const model = mockModel(() => ({ text: 'unused' }))
    model.doStream = async (options) => {
      // The second step is the one that fails.
      if (++asked === 1 || asked > 1 + broken) return turns.doStream(options)
      const error = { type: 'error' as const, error: new Error('overloaded') }
      return {
        stream: new ReadableStream({
          start(controller) {
            controller.enqueue({ type: 'stream-start', warnings: [] })
            controller.enqueue(error)
            controller.close()
          },
        }),
      }
    }
    const result = ai.streamText({
      model,
      tools: { read },
      stopWhen,
      prompt: 'x',
      streamRetries: 1,
      onError: () => {},
    } as never)
    await result.consumeStream()
    await expect.poll(() => grantsAlive(world)).toBe(0)
  },
)

it('end:revokes-all — a reader that goes away in the middle', async () => {
  const { world, ai, read } = await stage()
  const abort = new AbortController()
  const slow = tool({
    inputSchema: schema('id'),
    execute: (_, { abortSignal }) =>
      new Promise<void>((_, reject) => {
        abortSignal?.addEventListener('abort', () => reject(abortSignal.reason))
      }),
  })
  const result = ai.streamText({
    model: script(reading, { calls: [call('c2', 'slow', 'x')] }),
    tools: { read, slow },
    stopWhen,
    prompt: 'x',
    abortSignal: abort.signal,
  })
  for await (const part of result.stream) {
    if (part.type === 'tool-call' && part.toolName === 'slow') abort.abort(new Error('gone'))
  }
  await expect.poll(() => grantsAlive(world)).toBe(0)
})

it('a run that needs no permission opens no task', async () => {
  const { world, ai } = await stage()
  const plain = tool({ inputSchema: schema('id'), execute: async () => 'plain' })
  const model = script({ calls: [call('c1', 'plain', 'x')] }, { text: 'done' })
  await ai.generateText({ model, tools: { plain }, stopWhen, prompt: 'x' })
  expect(world.tokens()).toEqual([])
  expect(world.api.seen()).toEqual([])
})
