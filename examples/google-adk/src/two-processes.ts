import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { startAgent } from './agent-process.ts'
import { startLaptop } from './laptop.ts'

/**
 * Process A pauses in the middle of a tool, and is killed. A person decides. Process B, in an empty
 * directory, goes on from the session alone. `--deny`: the person says no.
 */
const laptop = await startLaptop()
const shelf = await mkdtemp(join(tmpdir(), 'paused-session-'))
const empty = await mkdtemp(join(tmpdir(), 'empty-'))
const where = ['settle doc_9982', join(shelf, 'sessions.db')]
const { env } = laptop
try {
  const a = startAgent('./pay-the-invoice.ts', ['start', ...where], env)
  const said = await a.firstLine
  console.log(`process ${a.child.pid}  ${said}`)
  a.child.kill('SIGKILL')
  const [, signal] = await once(a.child, 'close')
  console.log(`process ${a.child.pid}  ended by ${signal}`)
  const [, requestId] = /waits for (\S+)$/.exec(said) ?? []
  if (requestId === undefined) throw new Error('the run did not pause')
  console.log(`Acme API  ${laptop.done.length} payments`)

  const yes = await decision()
  await laptop.decide(requestId, yes, yes ? 'Approved, once.' : 'Not this month.')
  console.log(`Dana  ${yes ? 'approves' : 'denies'}`)

  const b = startAgent('./pay-the-invoice.ts', ['wake', ...where], env, empty)
  console.log(`process ${b.child.pid}  ${await b.printed}`)
  console.log(`Acme API  ${laptop.done.length} payments`)
} finally {
  for (const folder of [shelf, empty]) await rm(folder, { recursive: true, force: true })
  await laptop.close()
}

/** Whoever sits at the terminal; where nobody does, the script says yes in Dana's name. */
async function decision(): Promise<boolean> {
  if (process.argv.includes('--deny')) return false
  if (!process.stdin.isTTY) return true
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test((await terminal.question('Pay inv_204? [y/N] ')).trim())
  } finally {
    terminal.close()
  }
}
