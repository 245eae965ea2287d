import { once } from 'node:events'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type GuardHarness, testGuard } from '@lumojit/conformance'
import { createGuard, type Guard } from '@lumojit/guard'
import { jitGuard } from '@lumojit/guard/hono'
import { guardNode } from '@lumojit/guard/node'
import { Hono } from 'hono'
import { describe, it } from 'vitest'
import { sharedClock } from './shared-clock.ts'

type Lines = readonly (readonly [name: string, value: string])[]
type Skin = (
  guard: Guard,
  required: Parameters<GuardHarness['open']>[0]['required'],
) => Promise<{ send(lines: Lines): Promise<Response>; close(): Promise<void> }>

const bare: Skin = async (guard, required) => ({
  send: async (lines) => {
    const outcome = await guard(requestOf(lines), required)
    return outcome instanceof Response ? outcome : new Response('passed')
  },
  close: async () => {},
})

const hono: Skin = async (guard, required) => {
  const app = new Hono().get('/', jitGuard(guard, required), (c) => c.text('passed'))
  return { send: async (lines) => app.fetch(requestOf(lines)), close: async () => {} }
}

const node: Skin = async (guard, required) => {
  const check = guardNode(guard)
  const server = createServer(async (request, response) => {
    if (await check(request, response, required)) response.end('passed')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    send: (lines) => overTheWire(port, lines),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const requestOf = (lines: Lines) =>
  new Request('http://api.acme-corp.com/', { headers: lines.map(([...line]) => line) })

/** By node:http and not `fetch`, which would join two lines of a name into one. */
async function overTheWire(port: number, lines: Lines): Promise<Response> {
  const headers = ['host', `127.0.0.1:${port}`, ...lines.flat()]
  const call = send({ host: '127.0.0.1', port, path: '/', headers, agent: false })
  call.end()
  const [answer] = await once(call, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  const { rawHeaders, statusCode } = answer
  const received = new Headers()
  for (let at = 0; at < rawHeaders.length; at += 2)
    received.append(rawHeaders[at], rawHeaders[at + 1])
  return new Response(Buffer.concat(chunks), { status: statusCode, headers: received })
}

for (const [name, skin] of Object.entries({ bare, hono, node })) {
  describe(`createGuard, ${name}`, () => {
    const open: GuardHarness['open'] = async ({ required, ...options }) => {
      const clock = sharedClock()
      const guard = createGuard({ ...options, clock })
      const skinned = await skin(guard, required)
      const close = async () => {
        await guard.close()
        await skinned.close()
      }
      return { send: skinned.send, advance: clock.advance, close }
    }
    for (const { id, title, run } of testGuard({ name, open })) it(`${id} — ${title}`, run)
  })
}
