import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAgent } from './agent-process.ts'
import { startLaptop } from './laptop.ts'

/**
 * One process pauses in the middle of a tool and ends. Dana decides. Another process, in an empty
 * directory, goes on from the messages alone. With `--deny` she says no.
 */
const laptop = await startLaptop()
const saved = await mkdtemp(join(tmpdir(), 'messages-'))
const empty = await mkdtemp(join(tmpdir(), 'empty-'))
const program = './pay-the-invoice.ts'
const messages = join(saved, 'messages.json')
try {
  const first = await runAgent(program, [messages], laptop.env)
  console.log(`process ${first.pid}  ${first.printed}`)
  console.log(`Acme API  ${laptop.done.length} payments`)

  const approve = !process.argv.includes('--deny')
  for (const { requestId, wants, reason } of await laptop.questions()) {
    console.log(`Dana  reads: ${wants}, because “${reason}”`)
    await laptop.decide(requestId, approve, approve ? 'Approved, once.' : 'Not this month.')
  }
  console.log(`Dana  ${approve ? 'approves' : 'denies'}`)

  const second = await runAgent(program, [messages], laptop.env, empty)
  console.log(`process ${second.pid}  ${second.printed}`)
  console.log(`Acme API  ${laptop.done.length} payments`)
} finally {
  for (const directory of [saved, empty]) await rm(directory, { recursive: true, force: true })
  await laptop.close()
}
