import { createWorld, type World } from '@lumojit/conformance'
import type { Jit, JitOptions, ToolContext } from '@lumojit/core'
import { Agent, type ToolsInput } from '@mastra/core/agent'
import { InMemoryStore } from '@mastra/core/storage'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { createJitMastra, type JitMastraOptions } from '../src/index.ts'
import { type Said, saying } from './scripted-model.ts'

export type Kit = ReturnType<typeof createJitMastra>

export interface Stage {
  readonly world: World
  readonly api: string
  /** An engine of its own, and Mastra's parts for it: `suspend` unless said otherwise. */
  kit(options?: JitMastraOptions, jit?: Partial<JitOptions>): Kit & { readonly jit: Jit }
  readonly storage: InMemoryStore
  /** Approves whatever is open, or what is about this. */
  approve(about?: string): Promise<void>
  deny(message: string): Promise<void>
  /** What was paid, in order. */
  paid(): readonly string[]
  /** How many grants there were, and how many of them still work. */
  grants(): Promise<{ readonly issued: number; readonly alive: number }>
  /** What was noted, in order. */
  noted(): readonly string[]
}

/** A world in memory, with an API that ignores idempotency keys. */
export async function openStage(): Promise<Stage> {
  const world = await createWorld()
  onTestFinished(() => world.close())
  const bodies = (path: RegExp) => world.api.effects().filter((each) => path.test(each.path))
  return {
    world,
    api: world.api.url,
    storage: new InMemoryStore(),
    kit: (options = {}, overrides = {}) => {
      const jit = world.jit(overrides)
      return { jit, ...createJitMastra(jit, { pending: 'suspend', ...options }) }
    },
    approve: async (about) => {
      for (const { requestId, details } of await world.human.pending()) {
        const identifiers = details.map(({ identifier }) => identifier)
        if (about === undefined || identifiers.includes(about)) await world.human.approve(requestId)
      }
    },
    deny: async (message) => {
      for (const { requestId } of await world.human.pending()) {
        await world.human.deny(requestId, { message })
      }
    },
    paid: () => bodies(/payments/).map(({ body }) => JSON.parse(body).invoice),
    grants: async () => {
      const issued = world.tokens('jit')
      const alive = await Promise.all(issued.map((token) => world.isAlive(token)))
      return { issued: issued.length, alive: alive.filter(Boolean).length }
    },
    noted: () => bodies(/summaries/).map(({ path }) => path.split('/')[3] ?? ''),
  }
}

export async function sendPayment(jit: ToolContext, api: string, invoice: string) {
  const response = await jit.fetch(`${api}/v1/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ invoice }),
    justification: 'the invoice is due',
  })
  return (await response.json()) as { paid: string }
}

export async function sendNote(jit: ToolContext, api: string, id: string) {
  const response = await jit.fetch(`${api}/v1/documents/${id}/summaries`, {
    method: 'POST',
    body: 'noted',
    justification: 'for the record',
  })
  return (await response.json()) as { done: boolean }
}

const inputSchema = z.object({ id: z.string() })

/** Pays an invoice, which waits for a human. */
export function payTool({ api }: Pick<Stage, 'api'>, kit: Kit) {
  return kit.jitTool({
    id: 'pay',
    description: 'Pays an invoice.',
    inputSchema,
    execute: ({ id }, { jit }) => sendPayment(jit, api, id),
  })
}

/** Notes something, which is granted at once. */
export function noteTool({ api }: Pick<Stage, 'api'>, kit: Kit) {
  return kit.jitTool({
    id: 'note',
    description: 'Notes something.',
    inputSchema,
    execute: ({ id }, { jit }) => sendNote(jit, api, id),
  })
}

export const call = (id: string, tool: string, argument: string) => ({
  id,
  tool,
  args: { id: argument },
})

/** An agent whose model says this, turn by turn, with the lifecycle of the kit. */
export function acting(
  kit: Kit,
  tools: ToolsInput,
  turns: readonly Said[],
  more: Partial<ConstructorParameters<typeof Agent>[0]> = {},
) {
  const prompts: unknown[] = []
  const processor = kit.jitProcessor()
  const agent: Agent = new Agent({
    id: 'clerk',
    name: 'clerk',
    description: 'Does the work.',
    instructions: 'Do what is asked.',
    model: saying((prompt) => {
      const turn = turns[prompts.length]
      prompts.push(JSON.parse(JSON.stringify(prompt)))
      if (!turn) throw new Error('The model was asked once too often.')
      return turn
    }),
    tools,
    inputProcessors: [processor],
    outputProcessors: [processor],
    ...more,
  } as never)
  return { agent, prompts }
}
