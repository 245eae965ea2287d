import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inOtherProcess } from '@lumojit/conformance'
import { Agent } from '@mastra/core/agent'
import { createDurableAgent } from '@mastra/core/agent/durable'
import { Mastra } from '@mastra/core/mastra'
import { createTool } from '@mastra/core/tools'
import { LibSQLStore } from '@mastra/libsql'
import { z } from 'zod'
import { saying } from './scripted-model.ts'
import { call } from './stage.ts'

export interface RecoverJob {
  readonly directory: string
  readonly act: 'start' | 'recover'
}

/** An agent of Mastra's alone, and its recovery. The first process never gets beyond its tool. */
inOtherProcess(async ({ directory, act }: RecoverJob) => {
  let began = () => {}
  const working = new Promise<void>((resolve) => {
    began = resolve
  })
  const work = createTool({
    id: 'work',
    description: 'Works.',
    inputSchema: z.object({ id: z.string() }),
    execute: async (_, context) => {
      const { runId } = context as { readonly runId?: string }
      const { toolCallId, agentId } = context.agent ?? {}
      const line = JSON.stringify({ toolCallId, run: Boolean(runId), agentId })
      await appendFile(join(directory, 'executions'), `${line}\n`)
      began()
      if (act === 'start') await new Promise(() => {})
      return { done: true }
    },
  })
  const first = { calls: [call('c1', 'work', 'x')] }
  const agent = new Agent({
    id: 'clerk',
    name: 'clerk',
    instructions: 'Work.',
    model: saying((prompt) =>
      prompt.some(({ role }) => role === 'tool') ? { text: 'done' } : first,
    ),
    tools: { work },
  })
  const durable = createDurableAgent({ agent })
  const storage = new LibSQLStore({ id: 'main', url: `file:${join(directory, 'mastra.db')}` })
  const mastra = new Mastra({
    agents: { clerk: durable as unknown as Agent },
    storage,
    logger: false,
    recovery: { durableAgents: 'auto' },
  })
  if (act === 'start') {
    await durable.stream('go')
    await working
    return {}
  }
  const chunks: string[] = []
  for (const { runId } of (await durable.listActiveRuns()).runs) {
    const { output } = await durable.recover(runId)
    for await (const { type } of output.fullStream) chunks.push(type)
  }
  await mastra.shutdown()
  return { chunks }
})
