import { randomUUID } from 'node:crypto'
import { createGuard, type Guard } from '@lumojit/guard'
import { type JitEnv, jitGuard } from '@lumojit/guard/hono'
import { Hono } from 'hono'

/** The protected API. Each route says what it needs; the guard says the rest. */
export function acmeApi(issuer: string): { app: Hono<JitEnv>; guard: Guard } {
  const guard = createGuard({ issuer, audience: 'https://api.acme-corp.com' })
  const app = new Hono<JitEnv>()

  app.get(
    '/v1/documents/:id',
    jitGuard<'/v1/documents/:id'>(guard, (c) => ({
      type: 'file_access',
      actions: ['read'],
      identifier: c.req.param('id'),
    })),
    (c) => c.json({ title: 'Quarterly report Q4', text: 'Revenue grew by 12 percent.' }),
  )
  app.post(
    '/v1/reports',
    jitGuard(guard, () => ({ type: 'report', actions: ['write'] })),
    (c) => c.json({ report: `rep_${randomUUID().slice(0, 8)}`, saved: true }, 201),
  )
  return { app, guard }
}
