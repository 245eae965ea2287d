import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { serveAuthority } from '@lumojit/authority/node'
import { createGuard, type Guard } from '@lumojit/guard'
import { afterEach, beforeEach, expect, it } from 'vitest'

const audience = 'https://api.acme-corp.com'
const required = { type: 'file_access', actions: ['read'], identifier: 'q4.pdf' } as const
const DEADLINE_MS = 15_000

/** A wire between guard and authority that can be cut: nothing else of either knows. */
async function cuttable() {
  const sockets = new Set<Socket>()
  const heads: string[] = []
  let isCut = false
  let target = 0
  const server: Server = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (chunk) => heads.push(String(chunk)))
    near.pipe(far)
    far.pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    leadsTo: (url: string) => {
      target = Number(new URL(url).port)
    },
    /** What the guard sent to follow the feed, a connection each. */
    feeds: () => heads.filter((head) => head.includes('/jit/events')),
    cut: () => {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend: () => {
      isCut = false
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

let world: Awaited<ReturnType<typeof makeWorld>>
async function makeWorld() {
  const agents = [{ id: 'agt_1', secret: 'a secret of the agent' }]
  const wire = await cuttable()
  const running = await serveAuthority({ org: 'acme-corp', agents, hosts: [wire.host] })
  wire.leadsTo(running.url)
  const { issuer, operations } = running.authority
  const guard = createGuard({
    issuer,
    audience,
    fetch: (url, init) => fetch(String(url).replace(new URL(running.url).host, wire.host), init),
  })
  const by = { agent: 'agt_1' }
  const grant = async () => {
    const task = await operations.openTask({ by })
    const { request } = await operations.requestPermission({
      by,
      taskId: task.id,
      details: [required],
      justification: 'to read it',
      resource: audience,
    })
    const { accessToken } = await operations.redeem({ by, requestId: request.id })
    return { taskId: task.id, token: accessToken }
  }
  return { running, wire, guard, grant, by, operations }
}
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(async () => {
  await world.guard.close()
  await world.wire.close()
  await world.running.close()
})

async function statusOf(guard: Guard, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  const outcome = await guard(new Request(audience, { headers }), required)
  return outcome instanceof Response ? outcome.status : 200
}

async function until(token: string, status: number): Promise<void> {
  const began = performance.now()
  while ((await statusOf(world.guard, token)) !== status) {
    if (performance.now() - began > DEADLINE_MS) throw new Error(`not ${status} in time`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

it('guard:revoked — what was revoked while the feed was cut is known when it is back, and so is the rest', async () => {
  const { guard, wire, operations, by } = world
  const [before, during, spared] = [await world.grant(), await world.grant(), await world.grant()]
  for (const { token } of [before, during, spared]) expect(await statusOf(guard, token)).toBe(200)
  await operations.completeTask({ by, taskId: before.taskId })
  await until(before.token, 401)
  wire.cut()
  await operations.completeTask({ by, taskId: during.taskId })
  await until(spared.token, 503)
  wire.mend()
  await until(spared.token, 200)
  expect(await statusOf(guard, during.token)).toBe(401)
  expect(await statusOf(guard, before.token)).toBe(401)
  const [first, ...later] = wire.feeds()
  expect(first).not.toMatch(/last-event-id/i)
  expect(later.at(-1)).toMatch(/^last-event-id: \d+\r$/im)
})
