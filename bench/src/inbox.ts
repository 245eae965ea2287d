/**
 * What a page of the inbox costs when thousands wait: `listPending` of 50, at rest and while requests
 * arrive. Usage: node --conditions=@lumojit/source bench/src/inbox.ts [waiting]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority, memoryStore } from '@lumojit/authority'
import { sqliteStore } from '@lumojit/authority/sqlite'
import { quantile } from './in-flight.ts'

const ROUNDS = 200
const IN_A_TASK = 20
const waiting = Number(process.argv[2] ?? 5_000)
const directory = mkdtempSync(join(tmpdir(), 'lumojit-inbox-'))
const agent = { agent: 'agt_bench' }
const by = { user: 'u_bench' }

for (const name of ['memory', 'SQLite'] as const) {
  const path = join(directory, 'authority.db')
  const file = name === 'SQLite' ? sqliteStore(path, { synchronous: 'normal' }) : undefined
  const { operations } = createAuthority({
    url: 'http://127.0.0.1:4000',
    org: 'bench',
    agents: [{ id: agent.agent, secret: 'worth nothing' }],
    users: [{ id: by.user, email: 'bench@bench.example', rights: ['jit.approve'] }],
    limits: { riskScore: 1_000_000_000 },
    store: file ?? memoryStore(),
  })
  let asked = 0
  let taskId = ''
  const ask = async () => {
    if (asked % IN_A_TASK === 0) taskId = (await operations.openTask({ by: agent })).id
    const details = { type: asked % 3 === 0 ? 'payment' : 'server', actions: ['delete'] }
    const named = { ...details, identifier: `n${asked++}` }
    await operations.requestPermission({ by: agent, taskId, details: named })
  }
  while (asked < waiting) await ask()
  const measure = async (between: () => Promise<void>) => {
    const took: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await between()
      const begun = performance.now()
      const page = await operations.listPending({ by, limit: 50 })
      took.push(performance.now() - begun)
      if (page.items.length !== 50 || page.total < waiting) throw new Error('not a page')
    }
    return [quantile(took, 0.5), quantile(took, 0.99)].map((ms) => `${ms.toFixed(1)} ms`)
  }
  const [restP50, restP99] = await measure(async () => {})
  const [busyP50, busyP99] = await measure(ask)
  console.log(
    `${name}: ${waiting} wait; page of 50: median ${restP50}, p99 ${restP99}; one arriving before each: median ${busyP50}, p99 ${busyP99}`,
  )
  await file?.close()
}
rmSync(directory, { recursive: true })
