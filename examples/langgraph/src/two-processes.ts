import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { startAgent } from './agent-process.ts'
import { startLaptop } from './laptop.ts'

/**
 * Process A pauses in the middle of a tool, and is killed. A person decides. Process B, in an empty
 * directory, goes on from the checkpoints alone. `--deny`: the person says no. With DATABASE_URL the
 * checkpoints are in PostgreSQL, else in a file.
 */
const laptop = await startLaptop()
const shelf = await mkdtemp(join(tmpdir(), 'paused-thread-'))
const empty = await mkdtemp(join(tmpdir(), 'empty-'))
const where = [`settle doc_9982 ${randomUUID()}`, join(shelf, 'checkpoints.json')]
const { DATABASE_URL } = process.env
const env = { ...laptop.env, ...(DATABASE_URL ? { DATABASE_URL } : {}) }
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
