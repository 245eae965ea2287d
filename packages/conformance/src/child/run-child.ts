import { flushCompileCache } from 'node:module'
import { createInterface } from 'node:readline'
import { readable } from '../adapter/canaries.ts'
import { suiteTools } from '../adapter/suite-tools.ts'
import type { AdapterDriver, Seen } from '../adapter-driver.ts'
import { connectWorld } from '../pretend-connection.ts'
import { sqliteStore } from '../sqlite-store.ts'
import { ANSWER, type ChildAnswer, type ChildJob } from './job.ts'

/**
 * What a child process runs: reads one job, does it, says what it saw, and then waits to be killed.
 * When the suite's own process is gone its end of the pipe closes, and so does this one.
 */
export function runChild(driver: AdapterDriver): void {
  // It is killed in the end, and a killed process leaves no cache behind.
  flushCompileCache()
  createInterface({ input: process.stdin })
    .once('line', (line) => {
      void work(driver, JSON.parse(line) as ChildJob).then(say, (error: unknown) =>
        say({ broke: readable([error]) }),
      )
    })
    .once('close', () => process.exit(0))
}

async function work(driver: AdapterDriver, job: ChildJob): Promise<ChildAnswer> {
  const world = connectWorld(job.world)
  const jit = world.jit(job.store === undefined ? {} : { store: sqliteStore(job.store) })
  const run = await driver.open({
    ...job.setup,
    jit,
    tools: suiteTools(world.resources[0].url),
  })
  const { act } = job
  const seen =
    act.kind === 'start'
      ? await run.start(act.input)
      : await run.resume(act.state, act.tamper ? { tamper: act.tamper } : {})
  return { seen: portable(seen) }
}

/** Objects of the framework stay here; what can be read of them leaves. */
function portable(seen: Seen): Seen {
  const { error, shown, ...rest } = seen
  return {
    ...rest,
    shown: [readable(shown)],
    ...(error === undefined ? {} : { error: readable([error]) }),
  }
}

function say(answer: ChildAnswer): void {
  process.stdout.write(`${ANSWER}${JSON.stringify(answer)}\n`)
}
