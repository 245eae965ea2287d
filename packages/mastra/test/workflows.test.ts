import { Mastra } from '@mastra/core/mastra'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { pendingSteps, wakeWorkflow } from '../src/index.ts'
import { type Kit, openStage, type Stage, sendNote, sendPayment } from './stage.ts'

const nothing = z.object({})
const paidOut = z.object({ paid: z.string() })

/** One open POST beside two that wait for a person. */
function matrix(stage: Stage, kit: Kit) {
  const { api } = stage
  const open = kit.jitStep({
    id: 'open',
    inputSchema: nothing,
    outputSchema: z.object({ done: z.boolean() }),
    execute: ({ jit }) => sendNote(jit, api, 'plan'),
  })
  const pay = (id: string) =>
    kit.jitStep({
      id,
      inputSchema: nothing,
      outputSchema: paidOut,
      execute: ({ jit }) => sendPayment(jit, api, id),
    })
  const workflow = kit
    .jitWorkflow({ id: 'settle', inputSchema: nothing, outputSchema: z.any() })
    .parallel([open, pay('alpha'), pay('beta')])
    .commit()
  const mastra = new Mastra({
    workflows: { settle: workflow },
    storage: stage.storage,
    logger: false,
  })
  return mastra.getWorkflow('settle')
}

describe('a workflow', () => {
  it('parallel steps: one effect each, approved one at a time, each time in a new engine', async () => {
    const stage = await openStage()
    const workflow = matrix(stage, stage.kit())
    const run = await workflow.createRun()
    const { runId } = run
    expect((await run.start({ inputData: {} })).status).toBe('suspended')
    const waiting = await pendingSteps(workflow, { runId })
    expect(waiting.map(({ step, toolName }) => [step, toolName])).toEqual([
      [['alpha'], 'alpha'],
      [['beta'], 'beta'],
    ])
    expect(stage.noted()).toEqual(['plan'])

    await stage.approve('alpha')
    const second = matrix(stage, stage.kit())
    expect((await wakeWorkflow(second, { runId }))?.status).toBe('suspended')
    expect(stage.paid()).toEqual(['alpha'])
    expect(await pendingSteps(second, { runId })).toHaveLength(1)

    await stage.approve('beta')
    const third = matrix(stage, stage.kit())
    const last = await wakeWorkflow(third, { runId })
    expect(last).toMatchObject({
      status: 'success',
      result: { open: { done: true }, alpha: { paid: 'alpha' }, beta: { paid: 'beta' } },
    })
    expect(stage.noted()).toEqual(['plan'])
    expect(stage.paid()).toEqual(['alpha', 'beta'])
    expect(await stage.grants()).toEqual({ issued: 3, alive: 0 })
  })
})
