import type { BaseMessage, ToolMessage } from '@langchain/core/messages'
import { HumanMessage } from '@langchain/core/messages'
import type { StructuredToolInterface } from '@langchain/core/tools'
import { createWorld, type ModelTurn, scriptedModel, type World } from '@lumojit/conformance'
import type { Jit, JitOptions, ToolContext } from '@lumojit/core'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { jitTool } from '../src/index.ts'
import { ScriptedChatModel, type SeenMessage } from './scripted-chat-model.ts'

export interface Stage {
  readonly world: World
  readonly jit: Jit
  /** Pays an invoice, which waits for a human. */
  readonly pay: StructuredToolInterface
  /** Notes something at once. Changes something, and needs nobody. */
  readonly note: StructuredToolInterface
  /** Approves what is open, of this invoice only if one is named. */
  approve(invoice?: string): Promise<void>
  deny(): Promise<void>
  paid(): readonly string[]
  noted(): number
  taskStates(): readonly string[]
}

/** A world in memory, with an engine in it. The API does what it is told, whatever key comes with it. */
export async function openStage(options: Partial<JitOptions> = {}): Promise<Stage> {
  const states = new Map<string, string>()
  const world = await createWorld()
  onTestFinished(() => world.close())
  const jit = world.jit({
    ...options,
    onEvent: (event) => {
      options.onEvent?.(event)
      const { type, taskId = '' } = event as { type: string; taskId?: string }
      if (type === 'task-opened') states.set(taskId, 'open')
      if (type === 'task-completed') states.set(taskId, 'completed')
    },
  })
  const { api, human } = world
  return {
    world,
    jit,
    ...companyTools(api.url),
    async approve(invoice) {
      for (const each of await human.pending()) {
        if (invoice === undefined || JSON.stringify(each).includes(invoice))
          await human.approve(each.requestId)
      }
    },
    async deny() {
      for (const { requestId } of await human.pending())
        await human.deny(requestId, { message: 'Not this one.' })
    },
    paid: () =>
      api
        .effects()
        .flatMap(({ path, body }) =>
          path === '/v1/payments' ? [JSON.parse(body).invoice as string] : [],
        ),
    noted: () => api.effects().filter(({ path }) => path.endsWith('/summaries')).length,
    taskStates: () => [...states.values()],
  }
}

/** Nothing but the address of the API goes in, so another process has the same ones. */
export function companyTools(api: string): Pick<Stage, 'pay' | 'note'> {
  return {
    pay: tool('pay', (jit, id) => sendPayment(jit, api, id)),
    note: tool('note', (jit, id) => sendNote(jit, api, id)),
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

async function sendNote(jit: ToolContext, api: string, id: string) {
  const url = `${api}/v1/documents/${id}/summaries`
  return (await jit.fetch(url, { method: 'POST', body: 'noted' })).json()
}

const schema = z.object({ id: z.string() })
function tool(name: string, act: (jit: ToolContext, id: string) => Promise<unknown>) {
  return jitTool(({ id }, { jit }) => act(jit, id), { name, description: name, schema }) as never
}

export const ask = (text = 'go') => ({ messages: [new HumanMessage(text)] })
export const call = (id: string, invoice: string, name = 'pay') => ({
  id,
  tool: name,
  args: { id: invoice },
})
export const thread = (id: string = crypto.randomUUID()) => ({ configurable: { thread_id: id } })

/** A model that says this, turn by turn, and what it was sent. */
export function saying(...turns: readonly ModelTurn[]) {
  const script = scriptedModel(turns)
  const model = new ScriptedChatModel((messages) => script.next(messages as never))
  return { model, inputs: script.inputs as unknown as readonly (readonly SeenMessage[])[] }
}

/** What the model was told of a call, at its latest turn. */
export function toldOf(inputs: readonly (readonly SeenMessage[])[], callId: string) {
  return inputs.at(-1)?.find((each) => each.callId === callId)?.content
}

export function answersIn(messages: readonly BaseMessage[]): readonly string[] {
  return messages.flatMap((each) =>
    each.getType() === 'tool' ? [`${(each as ToolMessage).tool_call_id}: ${each.text}`] : [],
  )
}
