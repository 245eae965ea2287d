import { readFileSync } from 'node:fs'
import { currentTask } from '@lumojit/core'
import { tool } from '@openai/agents'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { jitTool, wrap } from '../src/index.ts'
import { acting, call, openStage, parameters, say, sendPayment, toldOf } from './stage.ts'

const TOLD = JSON.stringify({
  error: 'permission_refused',
  code: 'DENIED',
  retryable: false,
  message: 'Ask the finance team first.',
  risk: 'critical',
  next: 'This is final. Do not repeat the call; say that it was not permitted.',
})

describe('what the model is told', () => {
  it('a denial is the next input, word for word', async () => {
    const stage = await openStage()
    const { agent, model } = acting(
      [stage.pay()],
      [call('c1', { id: 'inv-1' })],
      [say('I was not allowed to pay inv-1.')],
    )
    const runner = stage.runner()
    const first = await runner.run(agent, 'Pay inv-1.')
    await stage.deny('Ask the finance team first.')
    await runner.resume(agent, first.state.toString())
    expect(model.lastCall?.request.input).toEqual([
      { type: 'message', role: 'user', content: 'Pay inv-1.' },
      expect.objectContaining({ type: 'function_call', callId: 'c1', name: 'pay' }),
      {
        type: 'function_call_result',
        callId: 'c1',
        name: 'pay',
        status: 'completed',
        output: {
          type: 'text',
          text: TOLD,
        },
      },
    ])
    const guide = new URL('../../../docs/guides/openai-agents.md', import.meta.url)
    expect(readFileSync(guide, 'utf8')).toContain(`\n${TOLD}\n`)
  })

  it('a refusal is told as it is, also where results have a schema', async () => {
    const stage = await openStage({ policy: { decide: () => ({ allow: false, reason: 'no' }) } })
    const { agent, model } = acting(
      [stage.pay({ outputSchema: z.object({ paid: z.string() }) })],
      [call('c1', { id: 'inv-1' })],
      [say('not allowed')],
    )
    await stage.runner().run(agent, 'go')
    const { text } = toldOf(model, 'c1') as { text: string }
    expect(JSON.parse(text)).toMatchObject({ code: 'POLICY_REFUSED', retryable: false })
    expect(stage.world.counts().requests).toBe(0)
  })

  it('what a tool throws by itself goes the way its author chose', async () => {
    const stage = await openStage()
    const failing = (extra: object) =>
      jitTool({
        name: 'fail',
        description: 'Fails.',
        parameters,
        ...extra,
        execute: async () => {
          throw new Error('the printer is on fire')
        },
      })
    const told = async (extra: object) => {
      const { agent, model } = acting(
        [failing(extra)],
        [call('c1', { id: 'x' }, 'fail')],
        [say('ok')],
      )
      await stage.runner().run(agent, 'go')
      return toldOf(model, 'c1')
    }
    expect(await told({})).toEqual({
      type: 'text',
      text: expect.stringMatching(/^An error occurred while running the tool\. Please try again\./),
    })
    expect(
      await told({ errorFunction: (_: unknown, thrown: unknown) => `said: ${thrown}` }),
    ).toEqual({ type: 'text', text: 'said: Error: the printer is on fire' })
    await expect(told({ errorFunction: null })).rejects.toThrow(/the printer is on fire/)
  })
})

describe('a tool that exists, under permission', () => {
  /** Anything but HTTP: a shell, a driver, somebody’s package. */
  function existing() {
    const ran: unknown[] = []
    const shell = tool({
      name: 'shell',
      description: 'Runs a command.',
      parameters: z.object({ command: z.string() }),
      execute: ({ command }) => {
        ran.push(command)
        return `ran ${command}`
      },
    })
    return { ran, shell }
  }

  it('does not run before what it declares is granted, then once', async () => {
    const stage = await openStage()
    const { ran, shell } = existing()
    const guarded = wrap(shell, {
      permissions: (args) => ({
        resource: stage.api,
        details: [
          {
            type: 'payment',
            actions: ['initiate'],
            identifier: (args as { command: string }).command,
          },
        ],
      }),
    })
    expect(guarded).toMatchObject({ name: 'shell', description: 'Runs a command.' })
    expect(guarded.parameters).toEqual(shell.parameters)
    const { agent, model } = acting(
      [guarded],
      [call('c1', { command: 'deploy' }, 'shell')],
      [say('deployed')],
    )
    const runner = stage.runner()
    const first = await runner.run(agent, 'go')
    expect(ran).toEqual([])
    const [item] = await stage.world.human.pending()
    expect(item?.details[0].identifier).toBe('deploy')
    await stage.approve()
    await runner.resume(agent, first.state.toString())
    expect(ran).toEqual(['deploy'])
    expect(toldOf(model, 'c1')).toMatchObject({ text: 'ran deploy' })
  })

  it('never runs when that is denied, and the model is told so', async () => {
    const stage = await openStage()
    const { ran, shell } = existing()
    const guarded = wrap(shell, {
      permissions: () => [{ resource: stage.api, details: [{ type: 'payment', identifier: 'x' }] }],
    })
    const { agent, model } = acting(
      [guarded],
      [call('c1', { command: 'rm' }, 'shell')],
      [say('no')],
    )
    const runner = stage.runner()
    const first = await runner.run(agent, 'go')
    await stage.deny('Never.')
    await runner.resume(agent, first.state.toString())
    expect(ran).toEqual([])
    const { text } = toldOf(model, 'c1') as { text: string }
    expect(JSON.parse(text)).toMatchObject({ code: 'DENIED', message: 'Never.' })
  })

  it('finds the permissions of its call by itself, and its pause is kept from its own error layer', async () => {
    const stage = await openStage()
    const theirs = tool({
      name: 'theirs',
      description: 'Somebody else’s.',
      parameters,
      execute: async ({ id }) => {
        const jit = currentTask()
        if (!jit) throw new Error('no permissions here')
        return sendPayment(jit, stage.api, id)
      },
      errorFunction: () => 'Something went wrong.',
    })
    const { agent, model } = acting(
      [wrap(theirs)],
      [call('c1', { id: 'inv-1' }, 'theirs')],
      [say('paid')],
    )
    const runner = stage.runner()
    const first = await runner.run(agent, 'go')
    expect(runner.pending(first)).toHaveLength(1)
    await stage.approve()
    await runner.resume(agent, first.state.toString())
    expect(toldOf(model, 'c1')).toMatchObject({ text: '{"paid":"inv-1"}' })
    expect(stage.paid()).toEqual(['inv-1'])
  })

  it('tells a refusal it met inside where it has no words of its own, and is left alone where it has', async () => {
    const stage = await openStage({ policy: { decide: () => ({ allow: false, reason: 'no' }) } })
    const make = (extra: object, recovers = false) =>
      wrap(
        tool({
          name: 'theirs',
          description: 'Somebody else’s.',
          parameters,
          execute: async ({ id }) => {
            const work = sendPayment(currentTask() as never, stage.api, id)
            return recovers ? work.catch(() => 'I noted it instead.') : work
          },
          ...extra,
        }),
      )
    const told = async (theirs: ReturnType<typeof make>) => {
      const { agent, model } = acting([theirs], [call('c1', { id: 'x' }, 'theirs')], [say('ok')])
      await stage.runner().run(agent, 'go')
      return (toldOf(model, 'c1') as { text: string }).text
    }
    expect(JSON.parse(await told(make({})))).toMatchObject({
      error: 'permission_refused',
      code: 'POLICY_REFUSED',
      retryable: false,
    })
    expect(await told(make({ errorFunction: () => 'Ask somebody.' }))).toBe('Ask somebody.')
    expect(await told(make({}, true))).toBe('I noted it instead.')
  })
})
