import { createGuard, type Guard } from '@lumojit/guard'
import { type JitEnv, jitGuard } from '@lumojit/guard/hono'
import { type Context, Hono } from 'hono'

/** The protected API. Each route says what it needs; the guard says the rest. */
export function acmeApi(issuer: string): { app: Hono<JitEnv>; guard: Guard } {
  const guard = createGuard({ issuer, audience: 'https://api.acme-corp.com' })
  const app = new Hono<JitEnv>()
  const read = (c: Context) => ({
    type: 'file_access',
    actions: ['read'],
    identifier: c.req.param('id') ?? '',
  })

  app.get('/v1/documents/:id', jitGuard(guard, read), (c) =>
    c.json({ title: 'Quarterly report Q4', text: 'Revenue grew by 12 percent.' }),
  )
  app.get('/v1/reports/:id/summary', jitGuard(guard, read), (c) =>
    c.json({ report: c.req.param('id'), summary: 'Operating margin 18.4 percent.' }),
  )
  return { app, guard }
}
