import { currentTask } from '@lumojit/core'
import { Runner, setTraceProcessors, setTracingDisabled, tool } from '@openai/agents'
import { beforeEach, expect, it } from 'vitest'
import { jitTool, wrap } from '../src/index.ts'
import { acting, call, openStage, parameters, say } from './stage.ts'

/** What would be exported to a tracing service. */
let spans: unknown[] = []
beforeEach(() => {
  spans = []
  // The SDK traces nothing where it finds itself under test.
  setTracingDisabled(false)
  setTraceProcessors([
    {
      onTraceStart: async () => {},
      onTraceEnd: async () => {},
      onSpanStart: async () => {},
      onSpanEnd: async (span) => void spans.push(span.toJSON()),
      shutdown: async () => {},
      forceFlush: async () => {},
    },
  ])
})

const traced = () => new Runner({ traceIncludeSensitiveData: true })

it.each(['jitTool', 'wrap'])(
  'token:never-in — an error of %s that repeats the bearer, where the author has it traced',
  async (kind) => {
    const stage = await openStage()
    const fail = async (jit: Pick<NonNullable<ReturnType<typeof currentTask>>, 'fetch'>) => {
      const { bearer } = await (await jit.fetch(`${stage.api}/v1/echo`)).json()
      expect(stage.world.tokens('jit')).toContain(bearer)
      throw new Error(`the API said: ${bearer}`)
    }
    const own = {
      name: 'fail',
      description: 'Fails.',
      parameters,
      errorFunction: (_: unknown, thrown: unknown) => `it failed: ${thrown}`,
    }
    const failing =
      kind === 'jitTool'
        ? jitTool({ ...own, execute: (_, __, { jit }) => fail(jit) })
        : wrap(tool({ ...own, execute: () => fail(currentTask() as never) }))
    const { agent, model } = acting([failing], [call('c1', { id: 'x' }, 'fail')], [say('ok')])
    const result = await stage.runner({ runner: traced() }).run(agent, 'go')
    expect(result.finalOutput).toBe('ok')
    const shown = JSON.stringify([spans, model.lastCall?.request.input, result.state.toString()])
    expect(JSON.stringify(spans)).toContain('"tool_name":"fail"')
    expect(shown).toContain('[secret]')
    for (const issued of stage.world.tokens()) expect(shown).not.toContain(issued)
  },
)

it('a pause leaves no span of the gate, and its tool’s span has an empty output', async () => {
  const stage = await openStage()
  const { agent } = acting([stage.pay()], [call('c1', { id: 'inv-1' })], [say('paid')])
  const runner = stage.runner({ runner: traced() })
  const first = await runner.run(agent, 'go')
  expect(runner.pending(first)).toHaveLength(1)
  const data = spans.map(
    (span) => (span as { span_data: { name?: string; output?: unknown } }).span_data,
  )
  expect(data.filter(({ name }) => name === 'pay')).toMatchObject([{ output: '' }])
  expect(JSON.stringify(spans)).not.toMatch(/lumojit|jit_permission|lj1\./)
})
