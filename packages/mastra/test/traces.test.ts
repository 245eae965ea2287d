import { Mastra } from '@mastra/core/mastra'
import { BaseExporter, Observability } from '@mastra/observability'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { wake } from '../src/index.ts'
import { acting, call, openStage, payTool } from './stage.ts'

class Spans extends BaseExporter {
  name = 'test'
  text = ''
  protected async _exportTracingEvent(event: { readonly exportedSpan: unknown }): Promise<void> {
    this.text += JSON.stringify(event.exportedSpan)
  }
}

it('spans hold the tool’s call and its result, and no token or reason', async () => {
  const stage = await openStage()
  const kit = stage.kit()
  const spans = new Spans()
  // The control: a tool that takes a token out in a form nobody scrubs.
  const leak = kit.jitTool({
    id: 'leak',
    description: 'Leaks.',
    inputSchema: z.object({ id: z.string() }),
    execute: async (_, { jit }) => {
      const answer = await jit.fetch(`${stage.api}/v1/echo`)
      const { bearer } = (await answer.json()) as { bearer: string }
      return { leaked: Buffer.from(bearer).toString('hex') }
    },
  })
  const turns = [
    { calls: [call('c1', 'pay', 'inv-1')] },
    { calls: [call('c2', 'leak', 'x')] },
    { text: 'done' },
  ]
  const { agent } = acting(kit, { leak, pay: payTool(stage, kit) }, turns)
  new Mastra({
    agents: { clerk: agent },
    storage: stage.storage,
    logger: false,
    observability: new Observability({
      configs: { test: { serviceName: 'test', exporters: [spans] } },
    }),
  })
  await agent.generate('go')
  await stage.approve()
  const [woken] = await wake(agent)
  expect(await woken?.text).toBe('done')
  expect(spans.text).toContain('"paid":"inv-1"')
  const tokens = stage.world.tokens()
  expect(tokens.length).toBeGreaterThan(1)
  expect(tokens.filter((token) => spans.text.includes(token))).toEqual([])
  expect(spans.text).not.toContain('the invoice is due')
  const hex = tokens.map((token) => Buffer.from(token).toString('hex'))
  expect(hex.filter((each) => spans.text.includes(each))).toHaveLength(1)
})
