import { randomUUID } from 'node:crypto'
import { serve } from '@hono/node-server'
import { createGuard } from '@lumojit/guard'
import { type JitEnv, jitGuard } from '@lumojit/guard/hono'
import { Hono } from 'hono'
import { exitWithParent, type ToApi, tellParent } from './process-messages.ts'

/** The protected API. Each route says what it needs; the guard says the rest. */
const NAME = 'https://api.acme-corp.com'

function acme(issuer: string) {
  const guard = createGuard({ issuer, audience: NAME })
  const app = new Hono<JitEnv>()
  const documents = new Map([
    [
      'doc_9982',
      { title: 'Quarterly report Q4', text: 'Revenue grew by 12 %. Invoice inv_204 is due today.' },
    ],
  ])
  const file = (action: string, id: string) => ({
    type: 'file_access',
    actions: [action],
    identifier: id,
  })

  app.get(
    '/v1/documents/:id',
    jitGuard(guard, (c) => file('read', c.req.param('id') ?? '')),
    (c) => {
      const document = documents.get(c.req.param('id'))
      return document ? c.json(document) : c.json({ error: 'not_found' }, 404)
    },
  )
  app.delete(
    '/v1/documents/:id',
    jitGuard(guard, (c) => file('delete', c.req.param('id') ?? '')),
    (c) => {
      documents.delete(c.req.param('id'))
      return c.body(null, 204)
    },
  )
  app.post(
    '/v1/documents/:id/summaries',
    jitGuard(guard, (c) => file('write', c.req.param('id') ?? '')),
    async (c) => {
      const { text } = await c.req.json()
      return c.json(
        { id: `sum_${randomUUID().slice(0, 8)}`, document: c.req.param('id'), text },
        201,
      )
    },
  )
  // What a payment needs is in its body: the person who approves sees which invoice it is.
  const payment = async (c: { req: { json(): Promise<{ invoice?: unknown }> } }) => ({
    type: 'payment',
    actions: ['initiate'],
    identifier: String((await c.req.json()).invoice),
  })
  app.post('/v1/payments', jitGuard(guard, payment), async (c) => {
    const { invoice } = await c.req.json()
    return c.json({ id: `rcp_${randomUUID().slice(0, 8)}`, invoice, amount: '1,250.00 EUR' }, 201)
  })
  // Any token that is alive will do: where the auditor presents what should be dead.
  app.get('/v1/status', jitGuard(guard), (c) => c.json({ agent: c.get('jit').agentId }))
  return app
}

exitWithParent()
process.once('message', ({ issuer }: ToApi) => {
  const server = serve(
    { fetch: acme(issuer).fetch, hostname: '127.0.0.1', port: 0 },
    ({ port }) => {
      tellParent({ url: `http://127.0.0.1:${port}`, name: NAME })
    },
  )
  process.once('disconnect', () => server.close())
})
