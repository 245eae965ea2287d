import {
  AgentTool,
  createResumabilityConfig,
  FunctionTool,
  getFunctionCalls,
  getPendingUserInputRequests,
  type Runner,
  requiresUserInput,
  SequentialAgent,
} from '@google/adk'
import { describe, expect, it } from 'vitest'
import { pendingPermissions } from '../src/index.ts'
import { resultsIn } from './scripted-llm.ts'
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
  resultsOf,
  running,
  type Stage,
  saying,
  sessionIn,
  textOf,
} from './stage.ts'

const PAY = { calls: [call('c1', 'pay', 'inv-1')] }
const GO = { ...PLACE, newMessage: saying('go') }
const NOTED_AND_PAID = {
  calls: [call('c1', 'note', 'plan'), call('c2', 'pay', 'alpha'), call('c3', 'pay', 'beta')],
}

async function clerk(
  turns: Parameters<typeof acting>[1],
  more: Parameters<typeof payTool>[2] = {},
) {
  const stage = await openStage()
  await newSession(stage.sessions)
  const open = (next: Parameters<typeof acting>[1]) => {
    const kit = stage.kit()
    const { agent, prompts } = acting([noteTool(stage, kit), payTool(stage, kit, more)], next)
    return { kit, prompts, runner: running(kit, agent, stage.sessions) }
  }
  return { stage, open, ...open(turns) }
}

/** A client's own answer to whatever is asked. */
async function answer(stage: Stage, response: object, which = (_: string | undefined) => true) {
  const asked = getPendingUserInputRequests((await sessionIn(stage.sessions)).events)
  const parts = asked
    .filter(({ toolName }) => which(toolName))
    .map(({ interruptId: id, functionCallName: name }) => ({
      functionResponse: { id, name, response: { ...response } },
    }))
  return { ...PLACE, newMessage: { role: 'user', parts } }
}

const waitingIn = async (stage: Stage) => pendingPermissions(await sessionIn(stage.sessions))

describe('what a pause leaves', () => {
  it('google-adk:beside-a-pause — is ADK’s own confirmation, and everything that stood beside it', async () => {
    const { stage, kit, runner } = await clerk([NOTED_AND_PAID])
    const events = await all(kit.run(runner, GO))
    const last = events.at(-1)
    expect(last && requiresUserInput(last)).toBe(true)
    expect(last?.longRunningToolIds).toHaveLength(2)
    expect(Object.keys(last?.actions.requestedToolConfirmations ?? {})).toEqual(['c2', 'c3'])
    expect(last && getFunctionCalls(last).map(({ args }) => args?.originalFunctionCall)).toEqual([
      { id: 'c2', name: 'pay', args: { id: 'alpha' } },
      { id: 'c3', name: 'pay', args: { id: 'beta' } },
    ])
    const session = await sessionIn(stage.sessions)
    expect(resultsOf(session.events)).toMatchObject({
      c1: { done: true },
      c2: { status: 'permission_pending' },
      c3: { status: 'permission_pending' },
    })
    expect(getPendingUserInputRequests(session.events).map(({ message }) => message)).toEqual(
      Array(2).fill(expect.stringMatching(/^pay waits for a permission\./)),
    )
    expect(session.state).toEqual({})
    expect(pendingPermissions(session)).toMatchObject([
      { type: 'lumojit.permission', toolName: 'pay', callId: 'c2', agentName: 'clerk' },
      { type: 'lumojit.permission', toolName: 'pay', callId: 'c3', agentName: 'clerk' },
    ])
    expect(Object.keys(pendingPermissions(session)[0] ?? {})).not.toContain('nonce')
  })

  it('stands when the consumer leaves as soon as it is told', async () => {
    const { stage, kit, runner, open } = await clerk([PAY])
    for await (const event of kit.run(runner, GO)) if (requiresUserInput(event)) break
    await kit.jit[Symbol.asyncDispose]()
    expect(await stage.world.human.pending()).toHaveLength(1)
    await stage.approve()
    const later = open([{ text: 'paid' }])
    expect(textOf(await all(later.kit.wake(later.runner, PLACE)))).toBe('paid')
    expect(stage.paid()).toEqual(['inv-1'])
    expect(await stage.grants()).toEqual({ issued: 1, alive: 0 })
  })

  it('keeps the name that an output is saved under free', async () => {
    const stage = await openStage()
    await newSession(stage.sessions)
    const kit = stage.kit()
    const turns = [PAY, { text: 'paid' }]
    const { agent } = acting([payTool(stage, kit)], turns, { outputKey: 'said' })
    const runner = running(kit, agent, stage.sessions)
    await all(kit.run(runner, GO))
    expect((await sessionIn(stage.sessions)).state).toEqual({})
    await stage.approve()
    await all(kit.wake(runner, PLACE))
    expect((await sessionIn(stage.sessions)).state).toEqual({ said: 'paid' })
  })

  it('with plain runAsync, and any answer to the confirmation wakes it', async () => {
    const { stage, runner } = await clerk([PAY, { text: 'paid' }])
    await all(runner.runAsync(GO))
    expect(await waitingIn(stage)).toHaveLength(1)
    await stage.approve()
    const events = await all(runner.runAsync(await answer(stage, { confirmed: true })))
    expect(textOf(events)).toBe('paid')
    expect(stage.paid()).toEqual(['inv-1'])
    expect(await stage.grants()).toEqual({ issued: 1, alive: 0 })
  })
})

describe('two that wait, decided one after the other', () => {
  it('woken: the model is asked when both have a result', async () => {
    const { stage, kit, runner, open } = await clerk([NOTED_AND_PAID])
    await all(kit.run(runner, GO))
    await stage.approve('alpha')
    const again = open([])
    await all(again.kit.wake(again.runner, PLACE))
    expect(stage.paid()).toEqual(['alpha'])
    expect((await waitingIn(stage)).map(({ callId }) => callId)).toEqual(['c3'])
    await stage.approve('beta')
    const last = open([{ text: 'done' }])
    expect(textOf(await all(last.kit.wake(last.runner, PLACE)))).toBe('done')
    expect(stage.paid()).toEqual(['alpha', 'beta'])
    expect(stage.noted()).toEqual(['plan'])
    const told = resultsIn(last.prompts.at(-1))
    expect(told.map(({ callId }) => callId)).toEqual(['c1', 'c2', 'c3'])
    expect(told.map((each) => each.told)).toMatchObject([
      { done: true },
      { paid: 'alpha' },
      { paid: 'beta' },
    ])
    expect(await stage.grants()).toEqual({ issued: 3, alive: 0 })
    expect(await all(last.kit.wake(last.runner, PLACE))).toEqual([])
  })

  it('a client that answers one of them: the model is told that the other waits', async () => {
    const { stage, kit, runner, prompts } = await clerk([
      NOTED_AND_PAID,
      { text: 'one of two' },
      { text: 'both' },
    ])
    await all(kit.run(runner, GO))
    await stage.approve('alpha')
    const both = await answer(stage, { confirmed: true })
    const first = {
      ...PLACE,
      newMessage: { role: 'user', parts: both.newMessage.parts.slice(0, 1) },
    }
    expect(textOf(await all(kit.run(runner, first)))).toBe('one of two')
    expect(resultsIn(prompts.at(-1)).map((each) => each.told)).toMatchObject([
      { done: true },
      { paid: 'alpha' },
      { status: 'permission_pending' },
    ])
    expect(stage.world.counts().tasks).toBe(1)
    await stage.approve('beta')
    expect(textOf(await all(kit.wake(runner, PLACE)))).toBe('both')
    expect(stage.paid()).toEqual(['alpha', 'beta'])
    expect(await stage.grants()).toEqual({ issued: 3, alive: 0 })
  })
})

describe('another message while something waits', () => {
  it('google-adk:beside-a-pause — is answered, the model knows of the wait, and the call goes on afterwards', async () => {
    const { stage, kit, runner, prompts } = await clerk([
      PAY,
      { text: 'still waiting' },
      { text: 'paid' },
    ])
    await all(kit.run(runner, GO))
    const events = await all(kit.run(runner, { ...PLACE, newMessage: saying('any news?') }))
    expect(textOf(events)).toBe('still waiting')
    expect(resultsIn(prompts.at(-1))).toMatchObject([
      { callId: 'c1', told: { status: 'permission_pending' } },
    ])
    expect(await stage.world.human.pending()).toHaveLength(1)
    await stage.approve()
    expect(textOf(await all(kit.wake(runner, PLACE)))).toBe('paid')
    expect(stage.paid()).toEqual(['inv-1'])
  })

  it('that pauses, too: each goes on, in its own task', async () => {
    const { stage, kit, runner } = await clerk([
      PAY,
      { calls: [call('d1', 'pay', 'inv-2')] },
      { text: 'first' },
      { text: 'second' },
    ])
    await all(kit.run(runner, GO))
    await all(kit.run(runner, { ...PLACE, newMessage: saying('and inv-2') }))
    expect(stage.world.counts().tasks).toBe(2)
    await stage.approve()
    const said = (await all(kit.wake(runner, PLACE))).flatMap(({ content }) =>
      (content?.parts ?? []).flatMap(({ text }) => text ?? []),
    )
    expect(said).toEqual(['first', 'second'])
    expect(stage.paid()).toEqual(['inv-1', 'inv-2'])
    expect(await stage.grants()).toEqual({ issued: 2, alive: 0 })
  })

  it('a model that counts its calls from zero every time does not mix them up', async () => {
    const { stage, kit, runner } = await clerk([
      PAY,
      { text: 'paid' },
      { calls: [call('c1', 'pay', 'inv-2')] },
      { text: 'paid again' },
    ])
    await all(kit.run(runner, GO))
    await stage.approve()
    await all(kit.wake(runner, PLACE))
    await all(kit.run(runner, GO))
    expect(await waitingIn(stage)).toHaveLength(1)
    await stage.approve()
    expect(textOf(await all(kit.wake(runner, PLACE)))).toBe('paid again')
    expect(stage.paid()).toEqual(['inv-1', 'inv-2'])
  })
})

describe('calls that will not go on', () => {
  it('google-adk:a-no-takes-back — a no of the application takes the question back and is told to the model', async () => {
    const { stage, kit, runner, prompts } = await clerk([PAY, { text: 'stopped' }])
    await all(kit.run(runner, GO))
    const events = await all(kit.run(runner, await answer(stage, { confirmed: false })))
    expect(textOf(events)).toBe('stopped')
    expect(resultsIn(prompts.at(-1))).toMatchObject([{ told: { error: 'permission_declined' } }])
    expect(await stage.world.human.pending()).toEqual([])
    expect(await waitingIn(stage)).toEqual([])
    expect(stage.paid()).toEqual([])
  })

  it('google-adk:a-no-takes-back — and so does a no that came as text, as from ADK’s web page', async () => {
    const { stage, kit, runner } = await clerk([PAY, { text: 'stopped' }])
    await all(kit.run(runner, GO))
    const response = { response: JSON.stringify({ confirmed: false }) }
    expect(textOf(await all(kit.run(runner, await answer(stage, response))))).toBe('stopped')
    expect(await stage.world.human.pending()).toEqual([])
  })

  it('google-adk:a-no-takes-back — its own question, while its neighbour’s stays', async () => {
    const { stage, kit, runner } = await clerk([NOTED_AND_PAID, { text: 'one less' }])
    await all(kit.run(runner, GO))
    const both = await answer(stage, { confirmed: false })
    const parts = both.newMessage.parts.slice(0, 1)
    await all(kit.run(runner, { ...PLACE, newMessage: { role: 'user', parts } }))
    expect((await waitingIn(stage)).map(({ callId }) => callId)).toEqual(['c3'])
    const left = await stage.world.human.pending()
    expect(left.map(({ details }) => details[0].identifier)).toEqual(['beta'])
  })

  it('abandoned: taken back by another process, and the model knows', async () => {
    const { stage, kit, runner, open } = await clerk([NOTED_AND_PAID])
    await all(kit.run(runner, GO))
    await kit.jit[Symbol.asyncDispose]()
    const later = open([{ text: 'fine' }])
    await later.kit.abandon(later.runner, PLACE)
    expect(await stage.world.human.pending()).toEqual([])
    expect(await waitingIn(stage)).toEqual([])
    expect(await stage.grants()).toEqual({ issued: 1, alive: 0 })
    await all(later.kit.run(later.runner, { ...PLACE, newMessage: saying('never mind') }))
    expect(resultsIn(later.prompts.at(-1)).map((each) => each.told)).toMatchObject([
      { done: true },
      { error: 'permission_declined' },
      { error: 'permission_declined' },
    ])
  })
})

describe('a confirmation of the application', () => {
  const confirming = { requireConfirmation: true } as const

  it('google-adk:own-confirmation — comes first; then the call pauses by itself, and goes on', async () => {
    const { stage, kit, runner } = await clerk([PAY, { text: 'paid' }], confirming)
    await all(kit.run(runner, GO))
    expect(await stage.world.human.pending()).toEqual([])
    expect(await waitingIn(stage)).toEqual([])
    expect(await all(kit.wake(runner, PLACE))).toEqual([])
    await all(kit.run(runner, await answer(stage, { confirmed: true })))
    expect(await waitingIn(stage)).toHaveLength(1)
    await stage.approve()
    expect(textOf(await all(kit.wake(runner, PLACE)))).toBe('paid')
    expect(stage.paid()).toEqual(['inv-1'])
    expect(await stage.grants()).toEqual({ issued: 1, alive: 0 })
  })

  it('google-adk:own-confirmation — beside a call that waits: neither is lost', async () => {
    const stage = await openStage()
    await newSession(stage.sessions)
    const kit = stage.kit()
    const sign = new FunctionTool({
      name: 'sign',
      description: 'Signs.',
      requireConfirmation: true,
      execute: () => ({ signed: true }),
    })
    const turns = [
      { calls: [call('c1', 'pay', 'inv-1'), { id: 'c2', tool: 'sign', args: {} }] },
      { text: 'paid' },
      { text: 'signed' },
    ]
    const { agent } = acting([payTool(stage, kit), sign], turns)
    const runner: Runner = running(kit, agent, stage.sessions)
    await all(kit.run(runner, GO))
    expect(await waitingIn(stage)).toHaveLength(1)
    await stage.approve()
    await all(kit.wake(runner, PLACE))
    expect(stage.paid()).toEqual(['inv-1'])
    const events = await all(
      kit.run(runner, await answer(stage, { confirmed: true }, (tool) => tool === 'sign')),
    )
    expect(resultsOf(events)).toMatchObject({ c2: { signed: true } })
  })
})

describe('where ADK could not go on, a call waits', () => {
  const waits = async (stage: Stage, going: Promise<unknown>) => {
    await stage.world.human.waitForPending(1)
    expect(await waitingIn(stage)).toEqual([])
    await stage.approve()
    await going
    expect(stage.paid()).toEqual(['inv-1'])
    expect(await stage.grants()).toMatchObject({ alive: 0 })
  }
  const paying = (stage: Stage, kit: Kit, more: Parameters<typeof acting>[2] = {}) =>
    acting([payTool(stage, kit)], [PAY, { text: 'paid' }], more).agent

  it('google-adk:waits-where-lost — in an agent that is a tool', async () => {
    const stage = await openStage()
    await newSession(stage.sessions)
    const kit = stage.kit()
    const use = { calls: [{ id: 'o1', tool: 'clerk', args: { request: 'pay' } }] }
    const tools = [new AgentTool({ agent: paying(stage, kit) })]
    const { agent, prompts } = acting(tools, [use, { text: 'outer' }], { name: 'manager' })
    await waits(stage, all(kit.run(running(kit, agent, stage.sessions), GO)))
    expect(resultsIn(prompts.at(-1))).toMatchObject([{ told: { result: 'paid' } }])
  })

  it('google-adk:waits-where-lost — in a workflow agent', async () => {
    const stage = await openStage()
    await newSession(stage.sessions)
    const kit = stage.kit()
    const after = acting([], [{ text: 'after' }], { name: 'after' }).agent
    const agent = new SequentialAgent({ name: 'steps', subAgents: [paying(stage, kit), after] })
    const going = all(kit.run(running(kit, agent, stage.sessions), GO))
    await waits(stage, going)
    expect(textOf(await going)).toBe('after')
  })

  it('google-adk:waits-where-lost — in a sub-agent that hands nothing up, unless the runner is resumable', async () => {
    for (const isResumable of [false, true]) {
      const stage = await openStage()
      await newSession(stage.sessions)
      const kit = stage.kit()
      const inner = paying(stage, kit, { disallowTransferToParent: true })
      const hand = { calls: [{ id: 't', tool: 'transfer_to_agent', args: { agentName: 'clerk' } }] }
      const { agent } = acting([], [hand], { name: 'manager', subAgents: [inner] })
      const runner = running(kit, agent, stage.sessions, {
        resumabilityConfig: createResumabilityConfig({ isResumable }),
      })
      const going = all(kit.run(runner, GO))
      if (!isResumable) {
        await waits(stage, going)
        continue
      }
      await going
      expect(await waitingIn(stage)).toMatchObject([{ agentName: 'clerk' }])
      await stage.approve()
      expect(textOf(await all(kit.wake(runner, PLACE)))).toBe('paid')
      expect(await stage.grants()).toEqual({ issued: 1, alive: 0 })
    }
  })
})
