import { createWorld, type World } from '@lumojit/conformance'
import type { Jit, JitOptions, ToolContext } from '@lumojit/core'
import { Agent, Runner, type Tool } from '@openai/agents'
import {
  assistantMessage,
  functionCall,
  ScriptedModel,
  type ScriptedModelInput,
} from '@openai/agents/testing'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { createJitRunner, type JitRunner, type JitRunnerOptions, jitTool } from '../src/index.ts'

export interface Stage {
  readonly world: World
  readonly jit: Jit
  readonly api: string
  /** `suspend` unless said otherwise, and no tracing. */
  runner(options?: JitRunnerOptions): JitRunner
  /** Pays an invoice, which waits for a human. */
  readonly pay: ReturnType<typeof payTool>
  /** Approves whatever is open. */
  approve(): Promise<void>
  deny(message: string): Promise<void>
  paid(): readonly string[]
}

/** A world in memory, with an engine in it. */
export async function openStage(jitOptions: Partial<JitOptions> = {}): Promise<Stage> {
  const world = await createWorld()
  onTestFinished(() => world.close())
  const jit = world.jit(jitOptions)
  const api = world.api.url
  const each = async (act: (id: string) => Promise<void>) => {
    const open = await world.human.pending()
    for (const { requestId } of open) await act(requestId)
  }
  return {
    world,
    jit,
    api,
    runner: (options = {}) =>
      createJitRunner(jit, {
        pending: 'suspend',
        runner: new Runner({ tracingDisabled: true }),
        ...options,
      }),
    pay: payTool(api),
    approve: () => each((id) => world.human.approve(id)),
    deny: (message) => each((id) => world.human.deny(id, { message })),
    paid: () => world.api.effects().map(({ body }) => JSON.parse(body).invoice),
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

export const parameters = z.object({ id: z.string() })

function payTool(api: string) {
  return (extra: object = {}) =>
    jitTool({
      name: 'pay',
      description: 'Pays an invoice.',
      parameters,
      ...extra,
      execute: ({ id }, _, { jit }) => sendPayment(jit, api, id),
    })
}

export const call = (id: string, args: Record<string, unknown>, tool = 'pay') =>
  functionCall(tool, args, { callId: id })
export const say = assistantMessage

/** An agent whose model says this, turn by turn. */
export function acting(tools: readonly Tool[], ...turns: readonly ScriptedModelInput[]) {
  const model = new ScriptedModel(turns)
  return { model, agent: new Agent({ name: 'clerk', model, tools: [...tools] }) }
}

/** What the model was told of a call, at its latest turn. */
export function toldOf(model: ScriptedModel, callId: string): unknown {
  const input = model.lastCall?.request.input
  if (!Array.isArray(input)) return undefined
  const item = input.find((each) => each.type === 'function_call_result' && each.callId === callId)
  return item?.type === 'function_call_result' ? item.output : undefined
}
