import { createJit, lumoAuth } from '@lumojit/core'
import { createJitMastra } from '@lumojit/mastra'

export const acme = process.env.ACME_URL ?? 'https://api.acme-corp.com'

/** Where permissions come from, and the only place they are ever sent to. */
export const jit = createJit({
  authority: lumoAuth(),
  resources: [{ url: acme, audience: 'https://api.acme-corp.com' }],
})

/** Mastra's parts for it. Your server puts the person into the request context, and nobody else does. */
export const { jitTool, jitProcessor, jitStep, jitWorkflow } = createJitMastra(jit, {
  task: ({ requestContext }) => ({
    name: 'Settle the invoice',
    onBehalfOf: String(requestContext.get('user')),
  }),
})
