import { Agent, Runner, tool } from '@openai/agents'
import { ScriptedModel } from '@openai/agents/testing'
import { describe, expect, it } from 'vitest'
import { call, parameters, say } from './stage.ts'

/**
 * Why a declared permission pauses at the gate and not in `needsApproval` (docs/decisions/0010). On
 * the day one of these fails, the decision is to be looked at again.
 */
describe('the SDK’s own needsApproval', () => {
  function clerk(needsApproval: () => Promise<boolean>) {
    const order: string[] = []
    const pay = tool({
      name: 'pay',
      description: 'Pays.',
      parameters,
      needsApproval: async (...given) => {
        order.push('asked')
        expect(given).toHaveLength(3)
        return needsApproval()
      },
      inputGuardrails: [
        {
          name: 'looks at inputs',
          run: async () => {
            order.push('guardrail')
            return { behavior: { type: 'allow' } }
          },
        },
      ],
      execute: async () => {
        order.push('executed')
        return 'paid'
      },
    })
    const model = new ScriptedModel([[call('c1', { id: 'inv-1' })], [say('done')]])
    const agent = new Agent({ name: 'clerk', model, tools: [pay] })
    return { order, agent, runner: new Runner({ tracingDisabled: true }) }
  }

  it('is given the call’s id and arguments, and no place to keep a handle: only the call itself is saved', async () => {
    const { agent, runner } = clerk(async () => true)
    const { interruptions } = await runner.run(agent, 'go')
    const [item] = interruptions
    expect(item?.rawItem).toMatchObject({
      type: 'function_call',
      callId: 'c1',
      arguments: '{"id":"inv-1"}',
    })
  })

  it('comes before the input guardrails', async () => {
    const { agent, runner, order } = clerk(async () => false)
    await runner.run(agent, 'go')
    expect(order).toEqual(['asked', 'guardrail', 'executed'])
  })

  it('ends the run with what it throws', async () => {
    const { agent, runner } = clerk(async () => {
      throw new Error('the authority does not answer')
    })
    await expect(runner.run(agent, 'go')).rejects.toThrow(/the authority does not answer/)
  })
})
