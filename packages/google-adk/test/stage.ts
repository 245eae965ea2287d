import {
  type BaseAgent,
  type BaseSessionService,
  type BaseTool,
  type Event,
  getFunctionResponses,
  InMemorySessionService,
  LlmAgent,
  LogLevel,
  Runner,
  type RunnerConfig,
  setLogLevel,
} from '@google/adk'
import { createWorld, type World } from '@lumojit/conformance'
import type { Jit, JitOptions, ToolContext } from '@lumojit/core'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { createJitAdk, type JitAdkOptions } from '../src/index.ts'
import { type Said, ScriptedLlm } from './scripted-llm.ts'

setLogLevel(LogLevel.ERROR + 1)

export type Kit = ReturnType<typeof createJitAdk>

export interface Stage {
  readonly world: World
  readonly api: string
  readonly sessions: InMemorySessionService
  /** An engine of its own, and ADK's parts for it: `suspend` unless said otherwise. */
  kit(options?: JitAdkOptions, jit?: Partial<JitOptions>): Kit & { readonly jit: Jit }
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
    sessions: new InMemorySessionService(),
    kit: (options = {}, overrides = {}) => {
      const jit = world.jit(overrides)
      return { jit, ...createJitAdk(jit, { pending: 'suspend', ...options }) }
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

async function sendPayment(jit: ToolContext, api: string, invoice: string) {
  const response = await jit.fetch(`${api}/v1/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ invoice }),
    justification: 'the invoice is due',
  })
  return (await response.json()) as { paid: string }
}

const parameters = z.object({ id: z.string() })

/** Pays an invoice, which waits for a human. */
export function payTool(
  { api }: Stage,
  kit: Kit,
  more: { readonly requireConfirmation?: true } = {},
) {
  return kit.jitTool({
    name: 'pay',
    description: 'Pays an invoice.',
    parameters,
    execute: ({ id }, { jit }) => sendPayment(jit, api, id),
    ...more,
  })
}

/** Notes something, which is granted at once. */
export function noteTool({ api }: Stage, kit: Kit) {
  return kit.jitTool({
    name: 'note',
    description: 'Notes something.',
    parameters,
    execute: async ({ id }, { jit }) => {
      const init = { method: 'POST', body: 'noted', justification: 'for the record' }
      return (await jit.fetch(`${api}/v1/documents/${id}/summaries`, init)).json()
    },
  })
}

export const call = (id: string, tool: string, argument: string) => ({
  id,
  tool,
  args: { id: argument },
})

/** An agent whose model says this, turn by turn; a turn that is an error is thrown. */
export function acting(
  tools: readonly BaseTool[],
  turns: readonly (Said | Error)[],
  more: Partial<ConstructorParameters<typeof LlmAgent>[0]> = {},
) {
  const prompts: unknown[] = []
  const agent = new LlmAgent({
    name: 'clerk',
    description: 'Does the work.',
    instruction: 'Do what is asked.',
    model: new ScriptedLlm((contents) => {
      const turn = turns[prompts.length]
      prompts.push(contents)
      if (!turn) throw new Error('The model was asked once too often.')
      if (turn instanceof Error) throw turn
      return turn
    }),
    tools: [...tools],
    ...more,
  })
  return { agent, prompts }
}

const APP = 'tests'
export const PLACE = { userId: 'alice', sessionId: 'one' }

/** A runner with the kit's plugin. */
export function running(
  kit: Pick<Kit, 'jitPlugin'>,
  agent: BaseAgent,
  sessionService: BaseSessionService,
  more: Partial<RunnerConfig> = {},
): Runner {
  return new Runner({ appName: APP, agent, sessionService, plugins: [kit.jitPlugin], ...more })
}

export const saying = (text: string) => ({ role: 'user', parts: [{ text }] })

export async function newSession(sessions: BaseSessionService): Promise<void> {
  await sessions.createSession({ appName: APP, ...PLACE })
}

export async function sessionIn(sessions: BaseSessionService) {
  const session = await sessions.getSession({ appName: APP, ...PLACE })
  if (!session) throw new Error('There is no session.')
  return session
}

/** To the end of it. */
export async function all(events: AsyncIterable<Event>): Promise<readonly Event[]> {
  const seen: Event[] = []
  for await (const event of events) seen.push(event)
  return seen
}

export function textOf(events: readonly Event[]): string | undefined {
  return events.at(-1)?.content?.parts?.[0]?.text
}

/** What tools gave, by the id of their calls; the last word counts. */
export function resultsOf(events: readonly Event[]): Readonly<Record<string, unknown>> {
  const results = events.flatMap(getFunctionResponses)
  return Object.fromEntries(results.map(({ id = '', response }) => [id, response]))
}
