import type { Agent } from '@mastra/core/agent'
import { createDurableAgent } from '@mastra/core/agent/durable'
import { Mastra } from '@mastra/core/mastra'
import { type AnyWorkflow, createStep } from '@mastra/core/workflows'
import type { LibSQLStore } from '@mastra/libsql'
import { z } from 'zod'
import { pendingPermissions, pendingSteps, wake, wakeWorkflow } from '../src/index.ts'
import type { Said } from './scripted-model.ts'
import { acting, call, type Kit, noteTool, payTool, sendNote, sendPayment } from './stage.ts'

export interface Parts {
  readonly kit: Kit
  readonly api: string
  readonly storage: () => LibSQLStore
  /** In this process the run begins, pauses again, or comes to its end. */
  readonly act: 'start' | 'wake' | 'finish'
  /** What is noted and what is paid. */
  readonly plan: string
  readonly alpha: string
  readonly beta: string
}
export interface Layout {
  start(): Promise<unknown>
  wake(): Promise<unknown>
  /** The payments that wait. */
  waiting(): Promise<readonly string[]>
}

/** What a model says in a process, from what it says first and last. */
const saidIn = ({ act }: Parts, first: Said, last: string): readonly Said[] =>
  act === 'start' ? [first] : act === 'finish' ? [{ text: last }] : []

function clerk(parts: Parts): Agent {
  const { kit, api, plan, alpha, beta } = parts
  const calls = [call('c1', 'note', plan), call(alpha, 'pay', alpha), call(beta, 'pay', beta)]
  const tools = { note: noteTool({ api }, kit), pay: payTool({ api }, kit) }
  return acting(kit, tools, saidIn(parts, { calls }, 'done')).agent
}

async function read(streams: readonly { readonly fullStream: AsyncIterable<unknown> }[]) {
  for (const { fullStream } of streams) for await (const _ of fullStream);
}

function ofAgent({ storage }: Parts, agents: Readonly<Record<string, Agent>>, name: string) {
  const mastra = new Mastra({ agents, storage: storage(), logger: false })
  const agent = mastra.getAgent(name) as Agent
  return {
    agent,
    mastra,
    wake: async () => read(await wake(agent)),
    waiting: async () => (await pendingPermissions(agent)).map(({ callId }) => callId).sort(),
  }
}

const nothing = z.object({})

function stepsOf({ kit, api, plan, alpha, beta }: Parts) {
  const pay = (id: string) =>
    kit.jitStep({
      id,
      inputSchema: z.any(),
      outputSchema: z.object({ paid: z.string() }),
      execute: ({ jit }) => sendPayment(jit, api, id),
    })
  const open = kit.jitStep({
    id: 'open',
    inputSchema: z.any(),
    outputSchema: z.object({ done: z.boolean() }),
    execute: ({ jit }) => sendNote(jit, api, plan),
  })
  const schemas = { id: 'settle', inputSchema: nothing, outputSchema: z.any() }
  return { open, alpha: pay(alpha), beta: pay(beta), workflow: kit.jitWorkflow(schemas) }
}

function ofWorkflow({ storage }: Parts, workflow: AnyWorkflow): Layout {
  new Mastra({ workflows: { settle: workflow }, storage: storage(), logger: false })
  const suspended = async () => {
    const { runs } = await workflow.listWorkflowRuns({ status: 'suspended' })
    return runs as readonly { readonly runId: string }[]
  }
  return {
    start: async () => (await workflow.createRun()).start({ inputData: {} }),
    wake: async () => {
      for (const run of await suspended()) await wakeWorkflow(workflow, run)
    },
    waiting: async () => {
      const runs = (await suspended()).map((run) => pendingSteps(workflow, run))
      return (await Promise.all(runs)).flatMap((steps) => steps.map(({ step }) => `${step}`)).sort()
    },
  }
}

/** Every layout in which this package says that a call is done once. */
export const layouts: Readonly<Record<string, (parts: Parts) => Layout>> = {
  'an agent that generates': (parts) => {
    const { agent, mastra: _, ...rest } = ofAgent(parts, { clerk: clerk(parts) }, 'clerk')
    return { start: () => agent.generate('go'), ...rest }
  },

  'an agent that streams': (parts) => {
    const { agent, mastra: _, ...rest } = ofAgent(parts, { clerk: clerk(parts) }, 'clerk')
    return { start: async () => read([await agent.stream('go')]), ...rest }
  },

  'an agent in an agent': (parts) => {
    const inner = clerk(parts)
    const first = { calls: [{ id: 'o1', tool: 'agent-clerk', args: { prompt: 'do it' } }] }
    const manager = acting(parts.kit, {}, saidIn(parts, first, 'all is done'), {
      id: 'manager',
      name: 'manager',
      agents: { clerk: inner },
    }).agent
    const { agent, mastra: _, ...rest } = ofAgent(parts, { clerk: inner, manager }, 'manager')
    return { start: () => agent.generate('go'), ...rest }
  },

  'a durable agent': (parts) => {
    const made = () => {
      const durable = createDurableAgent({ agent: clerk(parts) })
      return { durable, ...ofAgent(parts, { clerk: durable as unknown as Agent }, 'clerk') }
    }
    const { durable, agent, mastra } = made()
    // Its stream may end before its run has come to rest, or, where a run pauses, never.
    const rest = () => mastra.shutdown({ drainTimeout: 60_000 })
    return {
      start: async () => {
        await durable.stream('go')
        await rest()
      },
      wake: async () => {
        await wake(agent)
        await rest()
      },
      waiting: () => made().waiting(),
    }
  },

  'a workflow with parallel steps': (parts) => {
    const { workflow, open, alpha, beta } = stepsOf(parts)
    return ofWorkflow(parts, workflow.parallel([open, alpha, beta]).commit())
  },

  'a workflow with one step after the other': (parts) => {
    const { workflow, open, alpha, beta } = stepsOf(parts)
    return ofWorkflow(parts, workflow.then(open).then(alpha).then(beta).commit())
  },

  'a workflow whose parallel steps are tools': (parts) => {
    const { kit, api } = parts
    const { workflow, open } = stepsOf(parts)
    const pay = (id: string) =>
      createStep(
        kit.jitTool({
          id,
          description: 'Pays.',
          inputSchema: nothing,
          outputSchema: z.object({ paid: z.string() }),
          execute: (_, { jit }) => sendPayment(jit, api, id),
        }),
      )
    return ofWorkflow(parts, workflow.parallel([open, pay(parts.alpha), pay(parts.beta)]).commit())
  },
}
