import { createJitAI, type JitAIOptions, jitTool } from '@lumojit/ai-sdk'
import { createWorld, type World, type WorldOptions } from '@lumojit/conformance'
import type { JitOptions, PendingApproval } from '@lumojit/core'
import { jsonSchema, type ModelMessage } from 'ai'
import { onTestFinished } from 'vitest'
import type { Prompt } from './mock-model.ts'

export const ALICE = { name: 'Settle invoices', onBehalfOf: 'alice@acme-corp.com' }
export const BOB = { name: 'Settle invoices', onBehalfOf: 'bob@acme-corp.com' }

/** A world of its own for one test, and the SDK in it. */
export async function stage(
  options: JitAIOptions & {
    readonly world?: WorldOptions
    readonly engine?: Partial<JitOptions>
  } = {},
) {
  const { world: worldOptions, engine, ...how } = options
  const world = await createWorld(worldOptions)
  onTestFinished(() => world.close())
  const jit = world.jit(engine)
  const ai = createJitAI(jit, { pending: 'suspend', task: ALICE, ...how })
  return { world, jit, ai, ...toolsOf(world) }
}

export function toolsOf(world: World) {
  const { url } = world.api
  const pay = jitTool({
    description: 'Pays an invoice',
    inputSchema: schema('id'),
    execute: async ({ id = '' }, { jit }) => {
      const body = JSON.stringify({ invoice: id })
      return (await jit.fetch(`${url}/v1/payments`, { method: 'POST', body })).json()
    },
  })
  const read = jitTool({
    description: 'Reads a document',
    inputSchema: schema('id'),
    execute: async ({ id = '' }, { jit }) =>
      (await jit.fetch(`${url}/v1/documents/${encodeURIComponent(id)}`)).json(),
  })
  return { pay, read }
}

export const schema = (...names: string[]) =>
  jsonSchema<Readonly<Record<string, string>>>({
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    required: names,
  })

export const user = (text: string): ModelMessage => ({ role: 'user', content: text })
/** Everything that leaves a process does so as text. */
export const saved = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

export const call = (id: string, tool: string, invoice: string) => ({
  id,
  tool,
  args: { id: invoice },
})

export function paid(world: World): readonly string[] {
  return world.api
    .effects()
    .flatMap(({ path, body }) =>
      path === '/v1/payments' ? [(JSON.parse(body) as { invoice: string }).invoice] : [],
    )
}

export async function approve(world: World, pending: readonly PendingApproval[]): Promise<void> {
  for (const { requests } of pending) {
    for (const { requestId } of requests) await world.human.approve(requestId)
  }
}

export async function deny(world: World, pending: readonly PendingApproval[]): Promise<void> {
  for (const { requests } of pending) {
    for (const { requestId } of requests) {
      await world.human.deny(requestId, { message: 'Not this one.' })
    }
  }
}

/** What a model's input says of a call. */
export function toldOf(prompt: Prompt | undefined, callId: string): unknown {
  for (const message of prompt ?? []) {
    if (message.role !== 'tool') continue
    for (const part of message.content) {
      if (part.type === 'tool-result' && part.toolCallId === callId) return part.output
    }
  }
  return undefined
}
