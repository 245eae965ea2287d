import { randomUUID } from 'node:crypto'
import { createGuard, type Guard } from '@lumojit/guard'
import { type JitEnv, jitGuard } from '@lumojit/guard/hono'
import { Hono } from 'hono'

const AUDIENCE = 'https://api.acme-corp.com'

export interface Acme {
  readonly app: Hono<JitEnv>
  readonly guard: Guard
  /** What was really done. */
  readonly done: readonly string[]
}

/** The protected API. Each route says what it needs; the guard says the rest. */
export function acmeApi(issuer: string): Acme {
  const guard = createGuard({ issuer, audience: AUDIENCE })
  const app = new Hono<JitEnv>()
  const done: string[] = []
  const file = (action: string, identifier: string) => ({
    type: 'file_access',
    actions: [action],
    identifier,
  })

  app.get(
    '/v1/documents/:id',
    jitGuard<'/v1/documents/:id'>(guard, (c) => file('read', c.req.param('id'))),
    (c) =>
      c.json({
        title: 'Quarterly report Q4',
        text: 'Revenue grew by 12 percent. Invoice inv_204 is due today.',
      }),
  )
  app.post('/v1/reports', jitGuard(guard, file('write', 'reports')), async (c) => {
    const { title } = await c.req.json()
    done.push(`report: ${title}`)
    return c.json({ id: `rep_${randomUUID().slice(0, 8)}`, title }, 201)
  })
  // What a payment needs is in its body: the person who approves sees which invoice it is.
  const payment = async (c: { req: { json(): Promise<{ invoice?: unknown }> } }) => ({
    type: 'payment',
    actions: ['initiate'],
    identifier: String((await c.req.json()).invoice),
  })
  app.post('/v1/payments', jitGuard(guard, payment), async (c) => {
    const { invoice } = await c.req.json()
    done.push(`payment: ${invoice}`)
    return c.json({ id: `rcp_${randomUUID().slice(0, 8)}`, invoice, amount: '1,250.00 EUR' }, 201)
  })
  return { app, guard, done }
}
