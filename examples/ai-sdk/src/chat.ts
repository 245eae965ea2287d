import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { csrf } from 'hono/csrf'
import { desk } from './desk.ts'
import { startLaptop } from './laptop.ts'

/** The chat, Dana's desk, an authority and an API, all on this machine. `PORT` says where; default 3000. */
const laptop = await startLaptop()
Object.assign(process.env, laptop.env)
const { chatApp } = await import('./chat-app.ts')
const root = fileURLToPath(new URL('../dist', import.meta.url))

const app = new Hono()
  .use(async (c, next) => {
    // A name that somebody else's page points at this machine is not a name of this server.
    if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(c.req.header('host') ?? ''))
      return c.text('Misdirected request', 421)
    return next()
  })
  .use(csrf())
  .route('/', chatApp)
  .route('/desk', desk(laptop))
  .get('/done', (c) => c.json(laptop.done))
  .use(serveStatic({ root, rewriteRequestPath: (path) => path }))

const server = serve({
  fetch: app.fetch,
  hostname: '127.0.0.1',
  port: Number(process.env.PORT ?? 3000),
})
await new Promise((listening) => server.once('listening', listening))
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
console.log(`chat  ${address}/`)
console.log(`desk  ${address}/desk`)

process.once('SIGINT', stop)
process.once('SIGTERM', stop)
async function stop() {
  const { jit } = await import('./engine.ts')
  await jit[Symbol.asyncDispose]()
  server.close()
  await laptop.close()
  process.exit(0)
}
