import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

const program = fileURLToPath(new URL('../src/two-processes.ts', import.meta.url))
let server: PostgresServer

beforeAll(async () => {
  const { POSTGRES_BIN } = process.env
  if (!POSTGRES_BIN)
    throw new Error('POSTGRES_BIN names no directory: run scripts/test-postgres.sh.')
  server = await startPostgres(POSTGRES_BIN)
})
afterAll(() => server?.close())

async function run(...args: readonly string[]): Promise<readonly string[]> {
  const { OPENAI_API_KEY: _, LUMOJIT_MODEL_BASE_URL: __, ...env } = process.env
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@lumojit/source', program, ...args],
    { env: { ...env, DATABASE_URL: server.url } },
  )
  return stdout.trim().split('\n')
}

/** Everything that the database holds of all threads, as LangGraph reads it. */
async function saved(): Promise<string> {
  const saver = PostgresSaver.fromConnString(server.url)
  const tuples: unknown[] = []
  for await (const tuple of saver.list({})) tuples.push(tuple)
  await saver.end()
  return JSON.stringify(tuples)
}

it('pause:goes-on-in-a-new-process — killed, approved and paid once, with PostgreSQL alone between the processes', async () => {
  const lines = await run()
  expect(lines).toEqual([
    expect.stringMatching(/^process \d+ {2}paused: pay_invoice waits for jit_/),
    expect.stringMatching(/^process \d+ {2}ended by SIGKILL$/),
    'Acme API  0 payments',
    'Dana  approves',
    expect.stringMatching(/^process \d+ {2}Paid inv_204: 1,250\.00 EUR, receipt rcp_/),
    'Acme API  1 payments',
  ])
  expect(lines[0]?.split(' ')[1]).not.toBe(lines[4]?.split(' ')[1])
  const [, requestId = ''] = /(jit_\S+)/.exec(lines[0] ?? '') ?? []
  const text = await saved()
  // It was there, and nowhere else: the pause with its handle, and what the tool gave at last.
  expect(text).toContain(requestId)
  expect(text).toContain('lumojit.permission')
  expect(text).toContain('rcp_')
  // The authority's tokens are JWTs.
  expect(text).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/)
  expect(text).not.toContain('is due"')
})

it('a second thread in the same database begins anew, and may be told no', async () => {
  expect((await run('--deny')).slice(3)).toEqual([
    'Dana  denies',
    expect.stringMatching(/I was not allowed to pay \(DENIED\)\. Not this month\.$/),
    'Acme API  0 payments',
  ])
})
