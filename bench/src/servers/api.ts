/** A process of its own: an API with one open route and one that wants a permission for each document. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard } from '@lumojit/guard'
import { guardNode } from '@lumojit/guard/node'
import { audience } from './parties.ts'

const guard = createGuard({ issuer: process.argv[2] as string, audience })
const check = guardNode(guard)
const body = JSON.stringify({ title: 'Q4', text: 'x'.repeat(1000) })

const server = createServer(async (request, response) => {
  const id = /^\/documents\/([\w-]+)$/.exec(request.url ?? '')?.[1]
  if (id !== undefined) {
    const required = [{ type: 'document', actions: ['read'], identifier: id }] as const
    if ((await check(request, response, required)) === undefined) return
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(body)
})
server.listen(0, '127.0.0.1', async () => {
  await guard.ready()
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.once('disconnect', () => {
  server.closeAllConnections()
  server.close()
  void guard.close()
})
