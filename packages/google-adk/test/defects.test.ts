import {
  AgentTool,
  BasePlugin,
  type Context,
  type Event,
  FunctionTool,
  getFunctionResponses,
  getPendingUserInputRequests,
  InMemorySessionService,
  Runner,
  requiresUserInput,
  SequentialAgent,
} from '@google/adk'
import { describe, expect, it } from 'vitest'
import { resultsIn } from './scripted-llm.ts'
import { acting, all, newSession, PLACE, saying, sessionIn, textOf } from './stage.ts'

/**
 * What ADK by itself does wrong, without anything of ours. Each of these turns red on the day ADK mends
 * it: then what we do about it may go, once the lowest supported version has the mend.
 */
const GO = { ...PLACE, newMessage: saying('go') }
const ASK = { calls: [{ id: 'c1', tool: 'ask', args: {} }] }

/** A tool that asks for confirmation while it runs, as ADK's documentation has it. */
function asking(more: { readonly again?: boolean } = {}) {
  const runs = { count: 0 }
  const tool = new FunctionTool({
    name: 'ask',
    description: 'Asks.',
    execute: (_, context?: Context) => {
      runs.count += 1
      if (context?.toolConfirmation && !more.again) return { done: true }
      context?.requestConfirmation({ hint: 'May I?' })
      return { waiting: true }
    },
  })
  return { tool, runs }
}

/** So that a confirmation can be answered at all, without what the first of these is about. */
class Gated extends FunctionTool {
  override async checkRequireConfirmation() {
    return true
  }
}

const plain = new FunctionTool({
  name: 'plain',
  description: 'Does something.',
  execute: () => ({ plain: true }),
})

async function opened(made: ReturnType<typeof acting>, plugins: BasePlugin[] = []) {
  const sessionService = new InMemorySessionService()
  await newSession(sessionService)
  const runner = new Runner({ appName: 'tests', agent: made.agent, sessionService, plugins })
  return { ...made, runner, sessionService }
}

async function yes(sessionService: InMemorySessionService) {
  const [asked] = getPendingUserInputRequests((await sessionIn(sessionService)).events)
  const functionResponse = {
    id: asked?.interruptId ?? '',
    name: asked?.functionCallName ?? '',
    response: { confirmed: true },
  }
  return { ...PLACE, newMessage: { role: 'user', parts: [{ functionResponse }] } }
}

describe('ADK still', () => {
  it('refuses to go on with a tool that asked for confirmation while it ran', async () => {
    const { runner, sessionService } = await opened(acting([asking().tool], [ASK]))
    await all(runner.runAsync(GO))
    const answering = all(runner.runAsync(await yes(sessionService)))
    await expect(answering).rejects.toMatchObject({ reason: 'confirmation_not_required' })
  })

  it('drops the results of the calls beside one that asks for confirmation', async () => {
    const both = { calls: [{ id: 'p1', tool: 'plain', args: {} }, ...ASK.calls] }
    const { runner, sessionService } = await opened(acting([plain, asking().tool], [both]))
    const events = await all(runner.runAsync(GO))
    expect(events.some(requiresUserInput)).toBe(true)
    const { events: kept } = await sessionIn(sessionService)
    expect([...events, ...kept].flatMap(getFunctionResponses)).toEqual([])
  })

  it('sends the model a call without a result when the user says something meanwhile', async () => {
    const made = await opened(acting([asking().tool], [ASK, { text: 'hm' }]))
    await all(made.runner.runAsync(GO))
    await all(made.runner.runAsync(GO))
    expect(JSON.stringify(made.prompts.at(-1))).toContain('"functionCall"')
    expect(resultsIn(made.prompts.at(-1))).toEqual([])
  })

  it('makes no event of a second request for confirmation of the same call', async () => {
    const { execute } = asking({ again: true }).tool as unknown as { readonly execute: never }
    const tool = new Gated({ name: 'ask', description: 'Asks.', execute })
    const made = await opened(acting([tool], [ASK, { text: 'went on' }]))
    await all(made.runner.runAsync(GO))
    const events = await all(made.runner.runAsync(await yes(made.sessionService)))
    expect(events.some(requiresUserInput)).toBe(false)
    expect(textOf(events)).toBe('went on')
  })

  it('does not tell a plugin that the consumer left', async () => {
    const told: string[] = []
    class Listening extends BasePlugin {
      override async afterRunCallback() {
        told.push('over')
      }
    }
    const turns = [{ calls: [{ id: 'p1', tool: 'plain', args: {} }] }, { text: 'done' }]
    const listening = () => [new Listening('listening')]
    const left = await opened(acting([plain], turns), listening())
    for await (const _ of left.runner.runAsync(GO)) break
    expect(told).toEqual([])
    const stayed = await opened(acting([plain], turns), listening())
    await all(stayed.runner.runAsync(GO))
    expect(told).toEqual(['over'])
  })

  it('gives the agent of an AgentTool no plugin, and forgets what it asked for', async () => {
    const told: (string | undefined)[] = []
    class Listening extends BasePlugin {
      override async onEventCallback({ event }: { event: Event }) {
        told.push(event.author)
        return undefined
      }
    }
    const inner = acting([asking().tool], [ASK], { name: 'inner' })
    const use = { calls: [{ id: 'o1', tool: 'inner', args: { request: 'go' } }] }
    const outer = acting([new AgentTool({ agent: inner.agent })], [use, { text: 'went on' }])
    const { runner } = await opened(outer, [new Listening('listening')])
    const events = await all(runner.runAsync(GO))
    expect(textOf(events)).toBe('went on')
    expect(events.some(requiresUserInput)).toBe(false)
    expect(told).not.toContain('inner')
  })

  it('goes on to the next step of a sequence when one asks for confirmation', async () => {
    const first = acting([asking().tool], [ASK], { name: 'first' })
    const second = acting([], [{ text: 'second' }], { name: 'second' })
    const steps = new SequentialAgent({ name: 'steps', subAgents: [first.agent, second.agent] })
    const { runner } = await opened({ agent: steps as never, prompts: [] })
    const events = await all(runner.runAsync(GO))
    expect(events.some(requiresUserInput)).toBe(true)
    expect(textOf(events)).toBe('second')
  })

  it('calls no plugin before or after an agent', async () => {
    const told: string[] = []
    class Listening extends BasePlugin {
      override async beforeAgentCallback() {
        told.push('before')
        return undefined
      }
      override async afterAgentCallback() {
        told.push('after')
        return undefined
      }
    }
    const made = await opened(acting([], [{ text: 'done' }]), [new Listening('listening')])
    await all(made.runner.runAsync(GO))
    expect(told).toEqual([])
  })

  it('makes the calls of one turn one after the other', async () => {
    const order: string[] = []
    const slow = new FunctionTool({
      name: 'slow',
      description: 'Takes its time.',
      execute: async () => {
        order.push('began')
        await new Promise((resolve) => setImmediate(resolve))
        order.push('ended')
        return {}
      },
    })
    const twice = { calls: ['a', 'b'].map((id) => ({ id, tool: 'slow', args: {} })) }
    const { runner } = await opened(acting([slow], [twice, { text: 'done' }]))
    await all(runner.runAsync(GO))
    expect(order).toEqual(['began', 'ended', 'began', 'ended'])
  })
})
