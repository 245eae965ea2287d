import { createJit, lumoAuth } from '@lumojit/core'
import { createJitAdk } from '@lumojit/google-adk'

export const ACME = process.env.ACME_URL ?? 'https://api.acme-corp.com'

/** Where permissions come from, and the only places they go to. */
export const jit = createJit({
  authority: lumoAuth(),
  resources: [{ url: ACME, audience: 'https://api.acme-corp.com' }],
})

export const { jitTool, jitPlugin, run, wake } = createJitAdk(jit, {
  task: ({ session }) => ({ name: 'ADK document analysis', onBehalfOf: session.userId }),
})
