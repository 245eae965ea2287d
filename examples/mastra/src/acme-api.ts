import { randomUUID } from 'node:crypto'
import { createGuard, type Guard } from '@lumojit/guard'
import { type JitEnv, jitGuard } from '@lumojit/guard/hono'
import { Hono } from 'hono'

export const ACME = 'https://api.acme-corp.com'

export interface AcmeApi {
  readonly app: Hono<JitEnv>
  readonly guard: Guard
  /** What was really done, for whoever looks afterwards. */
  readonly done: readonly string[]
}

/** The API that the agent works with. It says what each call needs; its guard does the rest. */
export function acmeApi(issuer: string): AcmeApi {
  const guard = createGuard({ issuer, audience: ACME })
  const done: string[] = []
  const app = new Hono<JitEnv>()
  const access = (action: string, identifier: string) => ({
    type: 'file_access',
    actions: [action],
    identifier,
  })
  app.get(
    '/v1/documents/:id',
    jitGuard<'/v1/documents/:id'>(guard, (c) => access('read', c.req.param('id'))),
    (c) => c.json({ id: c.req.param('id'), title: 'Quarterly report Q4', text: REPORT }),
  )
  app.post(
    '/v1/documents/:id/summaries',
    jitGuard<'/v1/documents/:id/summaries'>(guard, (c) => access('write', c.req.param('id'))),
    async (c) => {
      const { text } = await c.req.json<{ text: string }>()
      done.push(`summary of ${c.req.param('id')}: ${text}`)
      return c.json({ id: named('sum') }, 201)
    },
  )
  // The invoice is in the body, and in what the approver is shown.
  const payment = async (c: { req: { json(): Promise<{ invoice?: unknown }> } }) => {
    const { invoice } = await c.req.json()
    return { type: 'payment', actions: ['initiate'], identifier: String(invoice) }
  }
  app.post('/v1/payments', jitGuard(guard, payment), async (c) => {
    const { invoice } = await c.req.json<{ invoice: string }>()
    done.push(`payment of ${invoice}`)
    return c.json({ receipt: named('rcp'), invoice, amount: '1,250.00 EUR' }, 201)
  })
  return { app, guard, done }
}

const REPORT =
  'Revenue grew by 12 percent. Costs stayed where they were. Invoice inv_204 is due today.'

const named = (kind: string) => `${kind}_${randomUUID().slice(0, 8)}`
