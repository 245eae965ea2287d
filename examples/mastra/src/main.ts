import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAgent } from './agent-process.ts'
import { startLaptop } from './laptop.ts'

/**
 * One process pauses in the middle of a tool and ends. Dana decides. Another process goes on from the
 * database file alone. With `--deny` she says no; with `--workflow` it is a workflow instead of an agent.
 */
const laptop = await startLaptop()
const saved = await mkdtemp(join(tmpdir(), 'mastra-'))
const program = process.argv.includes('--workflow') ? './run-the-workflow.ts' : './ask-the-clerk.ts'
const env = { ...laptop.env, MASTRA_DB: `file:${join(saved, 'mastra.db')}` }
const done = () => console.log(`Acme API  ${laptop.done.join(', ') || 'nothing'}`)
try {
  const first = await runAgent(program, [], env, saved)
  console.log(`process ${first.pid}  ${first.printed}`)
  done()

  const approve = !process.argv.includes('--deny')
  for (const { requestId, wants, reason, onBehalfOf } of await laptop.questions()) {
    console.log(`Dana  reads: ${wants} for ${onBehalfOf}, because “${reason}”`)
    await laptop.decide(requestId, approve, approve ? 'Approved, once.' : 'Not this month.')
  }
  console.log(`Dana  ${approve ? 'approves' : 'denies'}`)

  const second = await runAgent(program, [], env, saved)
  console.log(`process ${second.pid}  ${second.printed}`)
  done()
} finally {
  await rm(saved, { recursive: true, force: true })
  await laptop.close()
}
