/**
 * The inbox with 5,000 requests that wait and 50 more a second: what a page and a refresh take on the server, and how large they are.
 * Usage: node --conditions=@lumojit/source --disable-warning=ExperimentalWarning bench/src/console-inbox.ts [pending] [a second]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority } from '@lumojit/authority'
import { sqliteStore } from '@lumojit/authority/sqlite'
import { createConsole } from '@lumojit/console'
import { quantile } from './in-flight.ts'

const [pending = 5_000, aSecond = 50] = process.argv.slice(2).map(Number)
const ROUNDS = 200
const url = 'http://127.0.0.1:4000'
const by = { agent: 'bot' } as const
const directory = mkdtempSync(join(tmpdir(), 'lumojit-inbox-'))
const store = sqliteStore(join(directory, 'authority.db'))
try {
  await store.ready
  const authority = createAuthority({
    url,
    org: 'acme',
    store,
    agents: [{ id: 'bot', secret: 's', name: 'Bot' }],
    users: [{ id: 'u_you', email: 'you@acme.test', rights: ['jit.approve'] }],
    limits: { openRequests: 1_000, riskScore: 1_000_000 },
  })
  authority.mount(createConsole({ authority, limits: { reads: 1_000_000 } }).fetch)
  const { operations } = authority
  let asked = 0
  let taskId = ''
  const ask = async () => {
    if (asked % 100 === 0)
      taskId = (await operations.openTask({ by, name: 'Pay the invoices of October' })).id
    const details = { type: 'payment', actions: ['initiate'], identifier: `inv_${asked++}` }
    await operations.requestPermission({ by, taskId, details, justification: 'It is due today.' })
  }
  while (asked < pending) await ask()

  const { session } = await operations.openSession({ userId: 'u_you', method: 'bench' })
  const get = async (path: string): Promise<{ readonly took: number; readonly text: string }> => {
    const began = performance.now()
    const headers = { cookie: `lumojit-4000-session=${session}`, 'hx-request': 'true' }
    const response = await authority.fetch(new Request(`${url}/console${path}`, { headers }))
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}`)
    return { took: performance.now() - began, text }
  }

  const measure = async (path: string) => {
    const took: number[] = []
    let text = ''
    const arriving = setInterval(() => void ask(), 1_000 / aSecond)
    for (let round = 0; round < ROUNDS; round++) {
      const one = await get(path)
      took.push(one.took)
      text = one.text
      await new Promise((next) => setTimeout(next, 20))
    }
    clearInterval(arriving)
    const elements = text.match(/<[a-z]/g)?.length ?? 0
    console.log(
      `bench: inbox ${path.padEnd(12)} ${pending} waiting, ${aSecond} a second: ` +
        `median ${quantile(took, 0.5).toFixed(1)} ms, p99 ${quantile(took, 0.99).toFixed(1)} ms, ` +
        `${(text.length / 1024).toFixed(0)} KiB, ${elements} elements`,
    )
  }
  await measure('/')
  await measure('/inbox/list')
  await measure('/waiting')
  authority.close()
} finally {
  await store.close()
  rmSync(directory, { recursive: true, force: true })
}
