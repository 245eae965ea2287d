import { isLumojitError, type LumojitError } from '@lumojit/core'
import { Agent, Runner, tool } from '@openai/agents'
import { ScriptedModel } from '@openai/agents/testing'
import { describe, expect, it } from 'vitest'
import { createJitRunner, jitTool, wrap } from '../src/index.ts'
import { acting, call, openStage, parameters, say } from './stage.ts'

/** Each mistake is told to whoever made it, and what it says to do works. */
describe('wrong use', () => {
  it('a tool run by the SDK’s own run: NO_TASK; with the runner it works', async () => {
    const stage = await openStage()
    const turns = () => [[call('c1', { id: 'inv-1' })], [say('paid')]]
    // Told as the tool's author lets errors pass: the SDK's default would tell the model only.
    const pay = stage.pay({ errorFunction: null })
    const wrong = new Agent({ name: 'clerk', model: new ScriptedModel(turns()), tools: [pay] })
    const error = await faultOf(new Runner({ tracingDisabled: true }).run(wrong, 'go'))
    expect(error.code).toBe('NO_TASK')
    expect(error.fix).toContain('createJitRunner(jit).run')

    const right = new Agent({ name: 'clerk', model: new ScriptedModel(turns()), tools: [pay] })
    const runner = stage.runner()
    const first = await runner.run(right, 'go')
    await stage.approve()
    expect((await runner.resume(right, first.state.toString())).finalOutput).toBe('paid')
  })

  it('a tool invoked by hand: NO_TASK', async () => {
    const stage = await openStage()
    const pay = stage.pay({ errorFunction: null })
    const byHand = tool({
      name: 'by_hand',
      description: 'Calls another tool.',
      parameters,
      execute: (input, context) => pay.invoke(context as never, JSON.stringify(input)),
    })
    const { agent } = acting([byHand], [call('c1', { id: 'inv-1' }, 'by_hand')], [say('done')])
    const error = await faultOf(stage.runner().run(agent, 'go'))
    expect(error.code).toBe('NO_TASK')

    const passing = tool({
      name: 'by_hand',
      description: 'Calls another tool.',
      parameters,
      execute: (input, context, details) =>
        pay.invoke(context as never, JSON.stringify(input), details),
    })
    const right = acting([passing], [call('c1', { id: 'inv-1' }, 'by_hand')], [say('done')])
    const going = stage.runner({ pending: 'block' }).run(right.agent, 'go')
    await stage.world.human.waitForPending(1)
    await stage.approve()
    expect((await going).finalOutput).toBe('done')
    expect(stage.paid()).toEqual(['inv-1'])
  })

  it('no engine: CONFIG_INVALID', () => {
    expect(() => createJitRunner(undefined as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })

  it.each(['plain', 'streamed', 'nested'])(
    'a resource that is not listed ends the run with what to change (%s)',
    async (way) => {
      const stage = await openStage()
      const elsewhere = jitTool({
        name: 'elsewhere',
        description: 'Asks the wrong API.',
        parameters,
        execute: async (_, __, { jit }) => (await jit.fetch('https://other.example/')).text(),
      })
      const { agent, model } = acting(
        [elsewhere],
        [call('c1', { id: 'x' }, 'elsewhere')],
        [say('the model was asked again')],
      )
      const outer = new Agent({
        name: 'manager',
        model: new ScriptedModel([[call('o1', { input: 'go' }, 'ask_clerk')], [say('never')]]),
        tools: [agent.asTool({ toolName: 'ask_clerk', toolDescription: 'Asks the clerk.' })],
      })
      const runner = stage.runner()
      const going = async () => {
        if (way !== 'streamed') return runner.run(way === 'nested' ? outer : agent, 'go')
        const result = await runner.stream(agent, 'go')
        try {
          for await (const _ of result);
        } finally {
          await result.completed
        }
        return result
      }
      const error = await faultOf(going())
      expect(error.code).toBe('ORIGIN_NOT_LISTED')
      expect(model.calls).toHaveLength(1)
      expect(stage.world.counts().tasks).toBe(0)
    },
  )

  it('an approval for good: CONFIG_INVALID, and the saved run still goes on without it', async () => {
    const stage = await openStage()
    const { agent } = acting([stage.pay()], [call('c1', { id: 'inv-1' })], [say('paid')])
    const runner = stage.runner()
    const first = await runner.run(agent, 'go')
    const saved = first.state.toString()
    for (const { interruption } of runner.pending(first)) {
      first.state.approve(interruption, { alwaysApprove: true })
    }
    const error = await faultOf(runner.run(agent, first.state))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.fix).toContain('alwaysApprove')
    expect(stage.paid()).toEqual([])

    await stage.approve()
    expect((await runner.resume(agent, saved)).finalOutput).toBe('paid')
  })

  it('what cannot be wrapped: CONFIG_INVALID; an agent’s tools can, the agent itself cannot', async () => {
    const stage = await openStage()
    const plain = tool({ name: 'plain', description: 'Plain.', parameters, execute: () => 'ok' })
    const { agent } = acting([wrap(plain)])
    expect(() => wrap(stage.pay())).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    const asTool = agent.asTool({ toolName: 'ask_clerk', toolDescription: 'Asks the clerk.' })
    expect(() => wrap(asTool as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(() => wrap({ type: 'hosted_tool', name: 'web_search' } as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })
})

/** What a run was rejected with, as the application meets it. */
async function faultOf(going: Promise<unknown>): Promise<LumojitError> {
  const error = await going.then(
    () => expect.fail('the run went through'),
    (thrown: unknown) => thrown,
  )
  const found = [error, (error as { error?: unknown }).error].find(isLumojitError)
  if (!found) throw error
  return found
}
