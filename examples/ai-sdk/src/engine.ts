import { createJitAI } from '@lumojit/ai-sdk'
import { createJit, lumoAuth } from '@lumojit/core'

/** Where permissions come from, and the only place they are ever sent to. */
export const jit = createJit({
  authority: lumoAuth(),
  resources: [
    {
      url: process.env.ACME_URL ?? 'https://api.acme-corp.com',
      audience: 'https://api.acme-corp.com',
    },
  ],
})

/** A call that needs a person becomes an approval request, and the run ends there. */
export const ai = createJitAI(jit, { pending: 'suspend' })
