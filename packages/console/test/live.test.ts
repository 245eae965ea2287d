import { expect, it } from 'vitest'
import { type Browser, openWorld, type World } from './world.ts'

/** On which nothing is ever due: what a page hears, it hears because it happened. */
const clock = {
  now: () => Date.now(),
  sleep: (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    }),
}

/** Everything that comes until nothing does, a piece at a time. */
const listen = async (w: World, { cookies }: Browser) => {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await w.authority.fetch(
    new Request(`${w.authority.url}/console/live`, { headers: { cookie, 'hx-request': 'true' } }),
  )
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  return {
    response,
    next: async () => (await reader?.read())?.value,
    leave: () => reader?.cancel(),
  }
}

it('console:live — tells a page that something changed, and nothing of what', async () => {
  const w = await openWorld({ clock })
  const taskId = await w.openTask('Secret plans')
  const line = await listen(w, await w.signedIn())
  expect(line.response.headers.get('content-type')).toBe('text/event-stream')
  expect(await line.next()).toContain('event: pending')
  await w.ask(taskId, { justification: 'Secret reasons' })
  const told = await line.next()
  expect(told).toMatch(/^(event: (pending|tasks|grants)\ndata: \n\n)+$/)
  expect(told).toContain('event: pending')
  await line.leave()
})

it('console:live-ends-with-its-session — however much is going on', async () => {
  let now = Date.now()
  const w = await openWorld({ clock }, { now: () => now })
  const taskId = await w.openTask()
  const own = await w.signedIn()
  const line = await listen(w, own)
  await line.next()
  const session = own.cookies.get('lumojit-4000-session') ?? ''
  expect(await w.operations.endSession({ session })).toBe(true)
  now += 11_000
  await w.ask(taskId)
  expect(await line.next()).toBeUndefined()
})

it('closes all lines with the console, and more than a dozen of one session are too many', async () => {
  const w = await openWorld()
  const own = await w.signedIn()
  const lines = await Promise.all(Array.from({ length: 12 }, () => listen(w, own)))
  expect((await listen(w, own)).response.status).toBe(429)
  for (const { next } of lines) await next()
  w.console.close()
  for (const { next } of lines) expect(await next()).toBeUndefined()
  expect((await listen(w, own)).response.status).toBe(200)
})
