import { once } from 'node:events'
import { createServer, type Server, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type GuardHarness, testGuard } from '@lumojit/conformance'
import { createGuard, type Guard } from '@lumojit/guard'
import { jitGuard as jitExpress } from '@lumojit/guard/express'
import { jitGuard as jitFastify } from '@lumojit/guard/fastify'
import { jitGuard } from '@lumojit/guard/hono'
import { guardNode } from '@lumojit/guard/node'
import express from 'express'
import Fastify from 'fastify'
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
    close: () => stop(server),
  }
}

const onExpress: Skin = async (guard, required) => {
  const app = express().get('/', jitExpress(guard, required), (_request, response) => {
    response.send('passed')
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { send: (lines) => overTheWire(port, lines), close: () => stop(server) }
}

const onFastify: Skin = async (guard, required) => {
  const app = Fastify({ forceCloseConnections: true })
  app.get('/', { onRequest: jitFastify(guard, required) }, async () => 'passed')
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  return { send: (lines) => overTheWire(Number(port), lines), close: () => app.close() }
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
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

const skins = { bare, hono, node, express: onExpress, fastify: onFastify }
const worn = [
  ...Object.entries(skins).map(([name, skin]) => ({ name, skin, asks: false })),
  { name: 'by introspection', skin: bare, asks: true },
]

for (const { name, skin, asks } of worn) {
  describe(`createGuard, ${name}`, () => {
    const open: GuardHarness['open'] = async ({ required, introspection, ...options }) => {
      const clock = sharedClock()
      const guard = createGuard({ ...options, clock, ...(asks && { introspection }) })
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
