/**
 * What a permission costs in time, against a bare fetch of the same API in the same run.
 *   bare   fetch, of a route that asks nothing
 *   token  fetch, of a guarded route, with a granted token: what the guard costs
 *   warm   task.fetch of a guarded route it knows, one round trip: what the engine adds
 *   cycle  task.fetch of a guarded route it does not know: 403, request, redeem, resend
 * Rounds interleave, figures are medians of rounds, ratios have their spread. Usage: pnpm bench:cycle [calls a round]
 */
import assert from 'node:assert/strict'
import type { Task } from '@lumojit/core'
import { inFlight, quantile } from './in-flight.ts'
import { startWorld } from './servers/start.ts'

const calls = Number(process.argv[2] ?? 320)
const rounds = 7
/** Below the default budget of requests a task may open. */
const perTask = 40

interface Figure {
  readonly p50: number
  readonly p99: number
  readonly perSecond: number
}

const world = await startWorld()
const read = async (response: Response) => {
  assert.equal(response.status, 200)
  await response.arrayBuffer()
}

async function measure(width: number, work: (nth: number) => Promise<unknown>): Promise<Figure> {
  const began = performance.now()
  const took = await inFlight(calls, width, work)
  const seconds = (performance.now() - began) / 1000
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99), perSecond: calls / seconds }
}

async function round(width: number, mark: string) {
  const tasks: Task[] = []
  for (let opened = 0; opened < calls; opened += perTask)
    tasks.push(await world.jit.openTask({ name: `bench ${mark}` }))
  const of = (nth: number) => tasks[nth % tasks.length] as Task
  const url = (nth: number) => `${world.api}/documents/${mark}-${nth}`
  // The task's base token is there before the clock starts.
  for (const task of tasks) await task.fetch(`${world.api}/open`).then(read)
  const bare = await measure(width, () => fetch(`${world.api}/open`).then(read))
  const details = [{ type: 'document', actions: ['read'], identifier: mark }] as const
  const ask = { resource: world.api, justification: 'the same route without the engine' }
  const token = await of(0).withToken(details, ask, (value) =>
    measure(width, () =>
      fetch(`${world.api}/documents/${mark}`, {
        headers: { authorization: `Bearer ${value}` },
      }).then(read),
    ),
  )
  const cycle = await measure(width, (nth) => of(nth).fetch(url(nth)).then(read))
  const warm = await measure(width, (nth) => of(nth).fetch(url(nth)).then(read))
  for (const task of tasks) await task.complete()
  return { bare, token, warm, cycle }
}

const median = (values: readonly number[]) => quantile(values, 0.5)

try {
  await round(8, 'warm-up')
  for (const width of [1, 32]) {
    const results: Awaited<ReturnType<typeof round>>[] = []
    for (let nth = 0; nth < rounds; nth += 1) results.push(await round(width, `w${width}r${nth}`))
    for (const name of ['bare', 'token', 'warm', 'cycle'] as const) {
      const figure = (key: keyof Figure) => median(results.map((result) => result[name][key]))
      const ratios = results.map((result) => result[name].p50 / result.bare.p50)
      const spread = `${Math.min(...ratios).toFixed(1)}–${Math.max(...ratios).toFixed(1)}`
      console.log(
        `bench: ${`${width} in flight`.padEnd(13)} ${name.padEnd(5)}` +
          ` p50 ${figure('p50').toFixed(2)} ms  p99 ${figure('p99').toFixed(2)} ms` +
          `  ${figure('perSecond').toFixed(0)}/s  ×${median(ratios).toFixed(1)} of bare (${spread})`,
      )
    }
  }
} finally {
  await world.close()
}
