import { jitTool, type PermissionAnswer } from '@lumojit/ai-sdk'
import type { InferToolInput, InferUITools } from 'ai'
import { expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { script } from './mock-model.ts'
import { stage } from './stage.ts'

const order = jitTool({
  description: 'Orders something',
  inputSchema: z.object({ sku: z.string(), amount: z.number() }),
  permissions: ({ sku }) => ({
    resource: 'https://api.acme-corp.com',
    details: [{ type: 'order', identifier: sku }],
  }),
  execute: async ({ sku, amount }, { jit, toolCallId, abortSignal }) => {
    expectTypeOf(amount).toEqualTypeOf<number>()
    expectTypeOf(toolCallId).toEqualTypeOf<string>()
    expectTypeOf(abortSignal).toEqualTypeOf<AbortSignal | undefined>()
    const response = await jit.fetch(`https://api.acme-corp.com/${encodeURIComponent(sku)}`)
    return (await response.json()) as { readonly id: string }
  },
})

it('input and output are inferred as by the SDK’s own tool, and a refusal is part of the output', async () => {
  expectTypeOf<InferToolInput<typeof order>>().toEqualTypeOf<{ sku: string; amount: number }>()
  type Output = InferUITools<{ order: typeof order }>['order']['output']
  expectTypeOf<Output>().toEqualTypeOf<{ readonly id: string } | PermissionAnswer>()

  const { ai } = await stage()
  const model = script({ text: 'nothing to do' }, { text: 'nothing to do' })
  const { staticToolResults } = await ai.generateText({ model, tools: { order }, prompt: 'x' })
  for (const { toolName, output } of staticToolResults) {
    expectTypeOf(toolName).toEqualTypeOf<'order'>()
    if (!('error' in output) && !('status' in output)) expectTypeOf(output.id).toBeString()
  }
  const agent = ai.agent({ model, tools: { order } })
  const result = await agent.generate({ prompt: 'x' })
  expectTypeOf(result.text).toBeString()
  void jitTool({
    inputSchema: z.object({ sku: z.string() }),
    // @ts-expect-error the schema has no such member
    execute: async ({ nothing }) => nothing,
  })
})
