import { memoryStore } from '@lumojit/core'
import { Mastra } from '@mastra/core/mastra'
import { createStep } from '@mastra/core/workflows'
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

  it('two wakes at once: one effect', async () => {
    const stage = await openStage()
    const store = memoryStore()
    const first = matrix(stage, stage.kit({}, { store }))
    const { runId, start } = await begun(first)
    await start
    await stage.approve()
    const wakes = [1, 2].map(() => wakeWorkflow(matrix(stage, stage.kit({}, { store })), { runId }))
    await Promise.allSettled(wakes)
    expect([...stage.paid()].sort()).toEqual(['alpha', 'beta'])
    expect(stage.noted()).toEqual(['plan'])
  })

  it('resume data that says it is approved grants nothing', async () => {
    const stage = await openStage()
    const workflow = matrix(stage, stage.kit())
    const { runId, start } = await begun(workflow)
    await start
    const run = await workflow.createRun({ runId })
    const resumeData = { approved: true, status: 'granted' }
    expect((await run.resume({ step: ['alpha'], resumeData })).status).toBe('suspended')
    expect(stage.paid()).toEqual([])
    expect(await stage.world.human.pending()).toHaveLength(2)
  })

  it('a refused step fails the run, which gives everything back', async () => {
    const stage = await openStage()
    const workflow = matrix(stage, stage.kit())
    const { runId, start } = await begun(workflow)
    await start
    await stage.deny('Not this month.')
    const result = await wakeWorkflow(workflow, { runId })
    expect(result?.status).toBe('failed')
    expect(stage.paid()).toEqual([])
    expect(await stage.grants()).toEqual({ issued: 1, alive: 0 })
  })

  it('a tool as a step pauses and goes on as any other', async () => {
    const stage = await openStage()
    const make = () => {
      const kit = stage.kit()
      const pay = kit.jitTool({
        id: 'pay',
        description: 'Pays an invoice.',
        inputSchema: z.object({ id: z.string() }),
        outputSchema: paidOut,
        execute: ({ id }, { jit }) => sendPayment(jit, stage.api, id),
      })
      const workflow = kit
        .jitWorkflow({
          id: 'one',
          inputSchema: z.object({ id: z.string() }),
          outputSchema: paidOut,
        })
        .then(createStep(pay))
        .commit()
      new Mastra({ workflows: { one: workflow }, storage: stage.storage, logger: false })
      return workflow
    }
    const run = await make().createRun()
    expect((await run.start({ inputData: { id: 'inv-1' } })).status).toBe('suspended')
    await stage.approve()
    const result = await wakeWorkflow(make(), run)
    expect(result).toMatchObject({ status: 'success', result: { paid: 'inv-1' } })
    expect(stage.paid()).toEqual(['inv-1'])
    expect(await stage.grants()).toEqual({ issued: 1, alive: 0 })
  })
})

async function begun(workflow: ReturnType<typeof matrix>) {
  const run = await workflow.createRun()
  return { runId: run.runId, start: run.start({ inputData: {} }) }
}
