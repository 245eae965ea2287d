/**
 * What durability costs: a full cycle at the authority alone, over HTTP, by store.
 *   granted  request, redeem: two changes on disk, one token signed
 *   human    request, approve, redeem: three changes, one token
 * One process serves, this one calls. Usage: pnpm bench:sqlite [cycles a round]
 */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStore } from '@lumojit/authority'
import { serveAuthority } from '@lumojit/authority/node'
import { sqliteStore } from '@lumojit/authority/sqlite'
import { inFlight, quantile } from './in-flight.ts'
import { agent, audience } from './servers/parties.ts'

const STORES = ['memory', 'normal', 'full'] as const
type StoreName = (typeof STORES)[number]
const person = { id: 'u_bench', email: 'bench@bench.example', rights: ['jit.approve'] }

async function serve(name: StoreName, path: string): Promise<void> {
  const store = name === 'memory' ? memoryStore() : sqliteStore(path, { synchronous: name })
  const { authority, close } = await serveAuthority({
    org: 'bench',
    agents: [agent],
    users: [person],
    resources: [audience],
    rates: { jit: 0, token: 0 },
    limits: { riskScore: 1_000_000_000 },
    store,
  })
  const approver = await authority.operations.issueUserToken({ userId: person.id })
  process.send?.({ issuer: authority.issuer, approver: approver.accessToken })
  process.once('disconnect', () => void close())
}

async function measure(name: StoreName, cycles: number, directory: string): Promise<void> {
  const execArgv = ['--conditions=@lumojit/source', '--disable-warning=ExperimentalWarning']
  const path = join(directory, `${name}.db`)
  const child = fork(new URL(import.meta.url), ['serve', name, path], { execArgv })
  const gone = once(child, 'exit')
  const [{ issuer, approver }] = (await once(child, 'message')) as [
    { issuer: string; approver: string },
  ]
  const post = async (to: string, token: string | undefined, body?: object) => {
    const form = body instanceof URLSearchParams
    const response = await fetch(issuer + to, {
      method: 'POST',
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && !form && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    })
    const answer = (await response.json()) as Record<string, string>
    assert.ok(response.ok, `${to}: ${response.status} ${answer.error}`)
    return answer
  }
  const login = { client_id: agent.id, client_secret: agent.secret }
  const grant = new URLSearchParams({ grant_type: 'client_credentials', ...login })
  const { access_token: own = '' } = await post('/oauth/token', undefined, grant)

  const cycle = async (task: string, mark: string, human: boolean) => {
    const type = human ? 'payment' : 'document'
    const details = { type, actions: ['read'], identifier: mark }
    const asked = { task_id: task, authorization_details: details, resource: audience }
    const { request_id, status } = await post('/jit/request', own, asked)
    assert.equal(status, human ? 'pending' : 'approved')
    if (human) await post(`/jit/approve/${request_id}`, approver, {})
    const { access_token } = await post(`/jit/request/${request_id}/token`, own)
    assert.ok(access_token)
  }
  const round = async (width: number, human: boolean, mark: string) => {
    // A task may have twenty undecided questions: one task for each that is in flight.
    const tasks: string[] = []
    for (let nth = 0; nth < width; nth++)
      tasks.push((await post('/jit/task', own, { name: mark })).task_id ?? '')
    const began = performance.now()
    const took = await inFlight(cycles, width, (nth) =>
      cycle(tasks[nth % width] ?? '', `${mark}-${nth}`, human),
    )
    const perSecond = cycles / ((performance.now() - began) / 1000)
    return { p50: quantile(took, 0.5), p99: quantile(took, 0.99), perSecond }
  }
  try {
    await round(8, false, 'warm-up')
    for (const width of [1, 32])
      for (const human of [false, true]) {
        const rounds: Awaited<ReturnType<typeof round>>[] = []
        for (let nth = 0; nth < 5; nth++)
          rounds.push(await round(width, human, `${width}-${human}-${nth}`))
        const median = (key: 'p50' | 'p99' | 'perSecond') =>
          quantile(
            rounds.map((each) => each[key]),
            0.5,
          )
        console.log(
          `bench: ${name.padEnd(6)} ${`${width} in flight`.padEnd(12)} ${(human ? 'human' : 'granted').padEnd(7)}` +
            ` p50 ${median('p50').toFixed(2)} ms  p99 ${median('p99').toFixed(2)} ms` +
            `  ${median('perSecond').toFixed(0)} cycles/s`,
        )
      }
  } finally {
    child.disconnect()
    await gone
  }
}

const [first, name, path] = process.argv.slice(2)
if (first === 'serve') await serve(name as StoreName, path ?? '')
else {
  const directory = mkdtempSync(join(tmpdir(), 'lumojit-bench-'))
  try {
    for (const store of STORES) await measure(store, Number(first ?? 200), directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
