import { AgentTool, FunctionTool, Runner, StreamingMode } from '@google/adk'
import { describe, expect, it } from 'vitest'
import {
  acting,
  all,
  call,
  type Kit,
  newSession,
  noteTool,
  openStage,
  PLACE,
  payTool,
  running,
  type Stage,
  saying,
  textOf,
} from './stage.ts'

const NOTE = { calls: [call('c1', 'note', 'plan')] }
const GO = { ...PLACE, newMessage: saying('go') }

async function clerk(turns: Parameters<typeof acting>[1], more: Parameters<Stage['kit']>[0] = {}) {
  const stage = await openStage()
  const kit = stage.kit(more)
  const { agent } = acting([noteTool(stage, kit), payTool(stage, kit)], turns)
  await newSession(stage.sessions)
  return { stage, kit, runner: running(kit, agent, stage.sessions) }
}

/** The outer agent has the inner one for a tool. */
async function withAgentTool(inner: Parameters<typeof acting>[1]) {
  const stage = await openStage()
  const kit = stage.kit()
  const { agent } = acting([noteTool(stage, kit), payTool(stage, kit)], inner)
  const outer = acting(
    [new AgentTool({ agent }), noteTool(stage, kit)],
    [
      { calls: [{ id: 'o1', tool: 'clerk', args: { request: 'do it' } }] },
      { calls: [call('o2', 'note', 'after')] },
      { text: 'outer' },
    ],
    { name: 'manager' },
  )
  await newSession(stage.sessions)
  return { stage, kit, runner: running(kit, outer.agent, stage.sessions) }
}

describe('however a run ends, no grant is left alive', () => {
  const ended = async ({ stage }: { stage: Stage }, issued = 1) => {
    expect(await stage.grants()).toEqual({ issued, alive: 0 })
    expect(stage.world.counts().tasks).toBe(1)
  }

  it.each(['run', 'runAsync'] as const)(
    'end:revokes-all — after the last word (%s)',
    async (way) => {
      const made = await clerk([NOTE, { text: 'noted' }])
      const { kit, runner } = made
      const events = await all(way === 'run' ? kit.run(runner, GO) : runner.runAsync(GO))
      expect(textOf(events)).toBe('noted')
      await ended(made)
    },
  )

  it.each(['run', 'runAsync'] as const)(
    'end:revokes-all — after the model failed (%s)',
    async (way) => {
      const made = await clerk([NOTE, new Error('the model is not available')])
      const { kit, runner } = made
      const events = await all(way === 'run' ? kit.run(runner, GO) : runner.runAsync(GO))
      expect(events.at(-1)?.errorMessage).toBe('the model is not available')
      await ended(made)
    },
  )

  it('google-adk:left-early — when the consumer stops listening', async () => {
    const made = await clerk([NOTE, { text: 'never heard' }])
    for await (const event of made.kit.run(made.runner, GO)) {
      if (event.content?.parts?.some(({ functionResponse }) => functionResponse)) break
    }
    await ended(made)
  })

  it('google-adk:left-early — when the consumer throws', async () => {
    const made = await clerk([NOTE, { text: 'never heard' }])
    const consuming = async () => {
      for await (const event of made.kit.run(made.runner, GO)) {
        if (event.content?.parts?.some(({ functionResponse }) => functionResponse)) {
          throw new Error('the socket is gone')
        }
      }
    }
    await expect(consuming()).rejects.toThrow('the socket is gone')
    await ended(made)
  })

  it('google-adk:left-early — when a call that waits is aborted', async () => {
    const made = await clerk([NOTE, { calls: [call('c2', 'pay', 'inv-1')] }], { pending: 'block' })
    const abort = new AbortController()
    const going = all(made.kit.run(made.runner, { ...GO, abortSignal: abort.signal }))
    await made.stage.world.human.waitForPending(1)
    abort.abort(new Error('the user went away'))
    await going
    await ended(made)
    expect(made.stage.paid()).toEqual([])
  })

  it('end:revokes-all — when a tool beside them throws', async () => {
    const stage = await openStage()
    const kit = stage.kit()
    const broken = new FunctionTool({
      name: 'broken',
      description: 'Breaks.',
      execute: () => {
        throw new Error('broken')
      },
    })
    const turns = [
      { calls: [call('c1', 'note', 'plan'), call('c2', 'broken', 'x')] },
      { text: 'told' },
    ]
    const { agent } = acting([noteTool(stage, kit), broken], turns)
    await newSession(stage.sessions)
    await all(kit.run(running(kit, agent, stage.sessions), GO))
    await ended({ stage })
  })

  it.each(['run', 'runAsync'] as const)(
    'google-adk:agent-as-tool — with an agent as a tool, which shares the task (%s)',
    async (way) => {
      const made = await withAgentTool([NOTE, { text: 'inner' }])
      const { kit, runner, stage } = made
      const events = await all(way === 'run' ? kit.run(runner, GO) : runner.runAsync(GO))
      expect(textOf(events)).toBe('outer')
      expect(stage.noted()).toEqual(['plan', 'after'])
      await ended(made, 2)
    },
  )

  it('google-adk:agent-as-tool — with an agent as a tool whose model failed', async () => {
    const made = await withAgentTool([NOTE, new Error('the model is not available')])
    await all(made.kit.run(made.runner, GO))
    await ended(made, 2)
  })

  it('google-adk:left-early — when the consumer leaves while an agent that is a tool has worked', async () => {
    const made = await withAgentTool([NOTE, { text: 'inner' }])
    for await (const event of made.kit.run(made.runner, GO)) {
      if (event.content?.parts?.some(({ functionResponse }) => functionResponse)) break
    }
    await ended(made)
  })

  it('end:revokes-all — after a streamed run that handed over to a sub-agent', async () => {
    const stage = await openStage()
    const kit = stage.kit()
    const { agent } = acting([noteTool(stage, kit)], [NOTE, { text: 'noted it all' }])
    const hand = { calls: [{ id: 't', tool: 'transfer_to_agent', args: { agentName: 'clerk' } }] }
    const root = acting([], [hand], { name: 'manager', subAgents: [agent] })
    await newSession(stage.sessions)
    const runConfig = { streamingMode: StreamingMode.SSE }
    const runner = running(kit, root.agent, stage.sessions)
    const events = await all(kit.run(runner, { ...GO, runConfig }))
    expect(events.filter(({ partial }) => partial).length).toBeGreaterThan(1)
    expect(textOf(events)).toBe('noted it all')
    await ended({ stage })
  })

  it('two runs at once are two tasks, and the end of one is not the end of the other', async () => {
    const { stage, kit, runner } = await clerk([NOTE, NOTE, { text: 'a' }, { text: 'b' }])
    await stage.sessions.createSession({ appName: 'tests', userId: 'bob', sessionId: 'two' })
    const other = { ...GO, userId: 'bob', sessionId: 'two' }
    await Promise.all([all(kit.run(runner, GO)), all(kit.run(runner, other))])
    expect(stage.world.counts().tasks).toBe(2)
    expect(await stage.grants()).toEqual({ issued: 2, alive: 0 })
  })
})

describe('wrong use', () => {
  it('a runner without the plugin: `run` refuses it, a tool says what to do', async () => {
    const stage = await openStage()
    const kit = stage.kit()
    const { agent, prompts } = acting([noteTool(stage, kit)], [NOTE, { text: 'told' }])
    await newSession(stage.sessions)
    const runner = new Runner({ appName: 'tests', agent, sessionService: stage.sessions })
    await expect(all(kit.run(runner, GO))).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await all(runner.runAsync(GO))
    expect(JSON.stringify(prompts.at(-1))).toContain('nothing ends the task of')
    expect(stage.noted()).toEqual([])
    expect(stage.world.counts().tasks).toBe(0)
  })

  it('a plugin of another engine is none', async () => {
    const { stage, runner } = await clerk([])
    await expect(all(stage.kit().run(runner, GO))).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it('something that is no engine is refused', async () => {
    const { createJitAdk } = await import('../src/index.ts')
    expect(() => createJitAdk({} as never)).toThrow('need an engine')
  })

  it.each(['run', 'runAsync'] as const)(
    'a mistake of the application ends the run before the model is asked again (%s)',
    async (way) => {
      const stage = await openStage()
      const kit: Kit = stage.kit()
      const astray = kit.jitTool({
        name: 'astray',
        description: 'Goes where nobody listed.',
        execute: (_, { jit }) => jit.fetch('https://elsewhere.example/'),
      })
      const { agent, prompts } = acting([astray], [{ calls: [call('c1', 'astray', 'x')] }])
      await newSession(stage.sessions)
      const runner = running(kit, agent, stage.sessions)
      if (way === 'run') {
        await expect(all(kit.run(runner, GO))).rejects.toMatchObject({ code: 'ORIGIN_NOT_LISTED' })
      } else {
        const events = await all(runner.runAsync(GO))
        expect(events.at(-1)?.errorCode).toBe('ORIGIN_NOT_LISTED')
      }
      expect(prompts).toHaveLength(1)
    },
  )
})
