/**
 * Opens and completes 10,000 tasks, each with one grant, in one engine: what stays in memory afterwards?
 * Fails when the second half leaves more than 1 MiB behind. Usage: pnpm bench:heap [tasks]
 */
import assert from 'node:assert/strict'
import { inFlight } from './in-flight.ts'
import { startWorld } from './servers/start.ts'

const tasks = Number(process.argv[2] ?? 10_000)
const limit = 1024 * 1024
const collect = globalThis.gc
if (collect === undefined) throw new Error('run node with --expose-gc')

const settledHeap = async () => {
  for (let turn = 0; turn < 4; turn += 1) {
    await new Promise((done) => setImmediate(done))
    await collect({ type: 'major', execution: 'async' })
  }
  return process.memoryUsage().heapUsed
}
const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(2)} MiB`

const world = await startWorld()
try {
  const one = (nth: number) =>
    world.jit.runTask({ name: `task ${nth}` }, async (task) => {
      const response = await task.fetch(`${world.api}/documents/d${nth}`)
      assert.equal(response.status, 200)
      await response.arrayBuffer()
    })
  const figures: number[] = []
  const began = performance.now()
  // Warm-up: caches of the runtime and connection pools reach their size.
  const warm = Math.ceil(tasks / 10)
  await inFlight(warm, 16, one)
  figures.push(await settledHeap())
  for (let half = 0; half < 2; half += 1) {
    await inFlight(Math.ceil((tasks - warm) / 2), 16, one)
    figures.push(await settledHeap())
  }
  const [before = 0, middle = 0, after = 0] = figures
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(
    `bench: heap after ${warm} tasks ${mib(before)}, after half ${mib(middle)}, after ${tasks} ${mib(after)}` +
      ` (${((after - before) / (tasks - warm)).toFixed(0)} bytes a task, ${seconds} s)`,
  )
  assert.ok(after - middle < limit, `the second half left ${mib(after - middle)} behind`)
} finally {
  await world.close()
}
