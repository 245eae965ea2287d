import { randomUUID } from 'node:crypto'
import { createGuard, type Guard } from '@lumojit/guard'
import { type JitEnv, jitGuard } from '@lumojit/guard/hono'
import { type Context, Hono } from 'hono'

export interface AcmeApi {
  readonly fetch: (request: Request) => Promise<Response>
  /** Told by the API to whoever may read it, and to nobody else. */
  readonly secret: string
  /** What was really done. */
  readonly effects: readonly string[]
  /** Status of every answer, in order, with the call it was for. */
  readonly answers: readonly string[]
  close(): Promise<void>
}

/** The API of the documents: `https://api.acme-corp.com`, served elsewhere. */
export function acmeApi(
  issuer: string,
  audience: string | readonly string[] = 'https://api.acme-corp.com',
): AcmeApi {
  const guard: Guard = createGuard({ issuer, audience })
  const app = new Hono<JitEnv>()
  const secret = `project-${randomUUID()}`
  const effects: string[] = []
  const answers: string[] = []
  app.use(async (c, next) => {
    await next()
    answers.push(`${c.req.method} ${c.req.path} ${c.res.status}`)
  })
  const file = (action: string) => (c: Context) => ({
    type: 'file_access',
    actions: [action],
    identifier: c.req.param('id') ?? '',
  })
  app.get('/v1/documents/:id', jitGuard(guard, file('read')), (c) =>
    c.json({ id: c.req.param('id'), title: 'Quarterly report Q4', text: `Code name ${secret}.` }),
  )
  app.get('/v1/reports/:id/summary', jitGuard(guard, file('read')), (c) =>
    c.json({ id: c.req.param('id'), summary: `Revenue of ${secret} grew by 12 percent.` }),
  )
  const effect = (what: string) => async (c: Context) => {
    effects.push(`${what}: ${JSON.stringify(await c.req.json())}`)
    return c.json({ id: `rcp-${randomUUID()}`, of: secret }, 201)
  }
  app.post(
    '/v1/reports',
    jitGuard(guard, () => ({ type: 'report', actions: ['write'] })),
    effect('report'),
  )
  app.post('/v1/documents/:id/summaries', jitGuard(guard, file('write')), effect('summary'))
  const payment = async (c: Context) => ({
    type: 'payment',
    actions: ['initiate'],
    identifier: String((await c.req.json()).invoice),
  })
  app.post('/v1/payments', jitGuard(guard, payment), effect('payment'))
  return {
    fetch: async (request) => app.fetch(request),
    secret,
    effects,
    answers,
    close: () => guard.close(),
  }
}
