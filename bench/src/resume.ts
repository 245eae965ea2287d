/**
 * From a person's decision to the agent that goes on, on loopback: from the moment the approval is sent to the moment
 * the waiting call holds its token. Authority and agent are two processes; what comes and goes is HTTP.
 *   long poll  lumoAuth() with our authority: one status call is held open
 *   push       an authority that holds nothing open, and a callback that wakes the call
 *   5 s poll   what programs on LumoAuth's documents do: look every five seconds
 * Decisions of the last come spread over its five seconds, many at a time. Usage: pnpm bench:resume [decisions]
 */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createJit, type Jit, lumoAuth } from '@lumojit/core'
import { quantile } from './in-flight.ts'
import { agent, audience, callbackSecret } from './servers/parties.ts'

const decisions = Number(process.argv[2] ?? 200)
const POLL_MS = 5_000
const api = 'https://api.bench.example'
const details = [{ type: 'payment', actions: ['initiate'] }] as const

let wake: Jit | undefined
const ear = createServer(async (req, res) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of req) chunks.push(chunk as Uint8Array)
  const headers = new Headers(req.headers as Record<string, string>)
  const init = { method: 'POST', headers, body: Buffer.concat(chunks) }
  await wake?.readCallback(new Request(`http://${req.headers.host}/`, init))
  res.writeHead(204).end()
}).listen(0, '127.0.0.1')
await once(ear, 'listening')
const earUrl = `http://127.0.0.1:${(ear.address() as AddressInfo).port}`

const child = fork(new URL('./servers/deciding-authority.ts', import.meta.url), [earUrl], {
  execArgv: ['--conditions=@lumojit/source'],
})
const [{ url: issuer, token }] = (await once(child, 'message')) as [{ url: string; token: string }]
const settings = {
  url: new URL(issuer).origin,
  org: 'bench',
  clientId: agent.id,
  clientSecret: agent.secret,
}

/** The same authority, but for the offer to hold a status call open. */
const impatient: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  if (!String(input).endsWith('/.well-known/oauth-authorization-server')) return response
  const metadata = (await response.json()) as { lumojit_capabilities: object }
  const lumojit_capabilities = { ...metadata.lumojit_capabilities, wait: false }
  return Response.json({ ...metadata, lumojit_capabilities })
}

const headers = { authorization: `Bearer ${token}` }
async function approve(requestId: string): Promise<number> {
  const sent = performance.now()
  const response = await fetch(`${issuer}/jit/approve/${requestId}`, { method: 'POST', headers })
  assert.equal(response.status, 200)
  await response.arrayBuffer()
  return sent
}

/** One after the other: the call waits, then somebody decides, a little later each time. */
async function byEngine(options: Partial<Parameters<typeof createJit>[0]>, count: number) {
  const asked: ((requestId: string) => void)[] = []
  const jit = createJit({
    authority: lumoAuth(settings),
    resources: [{ url: api, audience }],
    onEvent: (event) => {
      if (event.type === 'request-pending') asked.shift()?.(event.requestId)
    },
    ...options,
  })
  wake = jit
  const took: number[] = []
  for (let nth = 0; nth < count; nth += 1) {
    const task = await jit.openTask({ name: 'bench resume' })
    const pending = new Promise<string>((resolve) => asked.push(resolve))
    const granted = task.request(details, { resource: api, justification: 'measured' })
    const requestId = await pending
    // The status call is on its way; people take longer than this.
    await new Promise((resolve) => setTimeout(resolve, 20 + (nth % 10)))
    const sent = await approve(requestId)
    await granted
    took.push(performance.now() - sent)
    await task.complete()
  }
  await jit[Symbol.asyncDispose]()
  return took
}

/** Looks, sleeps five seconds, looks again; decided at a moment that knows nothing of that. */
async function byPolling(count: number) {
  const authority = lumoAuth(settings)
  const question = {
    permission: { kind: 'details', details },
    resource: { url: api, audience },
    reuse: 'once',
    justification: 'measured',
    ttlSeconds: 60,
  } as const
  const took = await Promise.all(
    Array.from({ length: count }, async (_, nth) => {
      const task = await authority.openTask({ name: 'bench resume' })
      const asked = { ...question, idempotencyKey: `bench ${nth}` }
      const { status, ref } = await authority.request(task, asked)
      assert.equal(status, 'pending')
      assert.ok(ref)
      const later = ((nth + 0.5) / count) * POLL_MS
      const decided = new Promise<number>((resolve) => {
        setTimeout(() => void approve(ref.requestId).then(resolve), later)
      })
      for (;;) {
        if ((await authority.status(ref)).status === 'granted') break
        await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      }
      await authority.redeem(ref, asked)
      const late = performance.now() - (await decided)
      await authority.completeTask(task, [])
      return late
    }),
  )
  await authority.close?.()
  return took
}

const line = (name: string, took: readonly number[]) =>
  console.log(
    `bench: ${name.padEnd(9)}  median ${quantile(took, 0.5).toFixed(1)} ms  p99 ${quantile(took, 0.99).toFixed(1)} ms  (${took.length} decisions)`,
  )

try {
  const callback = { url: `${earUrl}/`, secret: callbackSecret }
  await byEngine({}, 20)
  line('long poll', await byEngine({}, decisions))
  const away = { authority: lumoAuth({ ...settings, fetch: impatient }), callback }
  await byEngine(away, 5)
  line(
    'push',
    await byEngine({ ...away, authority: lumoAuth({ ...settings, fetch: impatient }) }, decisions),
  )
  line('5 s poll', await byPolling(50))
} finally {
  child.disconnect()
  ear.close()
}
