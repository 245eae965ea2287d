import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { commandLine } from './command-line.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const flags = ['--conditions=@lumojit/source', '--disable-warning=ExperimentalWarning']

let shell: ReturnType<typeof commandLine>
let child: ChildProcess | undefined
beforeEach(() => {
  shell = commandLine()
})
afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  child = undefined
  shell.close()
})

const seed = (more = '') => `organization: acme
url: https://authority.acme.test
${more}users:
  - id: u_bob
    email: bob@acme.test
    rights: [jit.approve]
agents:
  - id: bot
    secret: in-plain-text-0123456789
`

it('cli:serve-closed — says what happens as JSON lines, prints no secret, and lets what is under way finish', async () => {
  shell.write('acme.yaml', seed('hosts: ["127.0.0.1:0"]\n'))
  child = spawn(
    process.execPath,
    [...flags, bin, 'serve', '--seed', 'acme.yaml', '--db', 'data/authority.db', '--port', '0'],
    { cwd: shell.cwd, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const told: { level: string; event: string; message?: string; issuer?: string }[] = []
  const text: string[] = []
  for await (const line of lines) {
    text.push(line)
    told.push(JSON.parse(line))
    if (told.at(-1)?.event === 'ready') child.kill('SIGTERM')
  }
  if (child.exitCode === null) await once(child, 'exit')
  expect(child.exitCode).toBe(0)
  expect(told.map(({ level, event }) => `${level} ${event}`)).toEqual([
    'warn seed',
    'warn seed',
    'info ready',
    'info stopping',
    'info stopped',
  ])
  expect(told[0]?.message).toContain('secret of bot')
  expect(told[1]?.message).toContain('u_bob cannot sign in')
  expect(told[2]?.issuer).toBe('https://authority.acme.test/orgs/acme/api/v1')
  expect(text.join('\n')).not.toMatch(/in-plain-text|sign-in|eyJ/)
})

it.each([
  ['no seed file', undefined, 'a.db', 'SEED_MISSING'],
  ['no public URL', seed().replace(/^url.*\n/m, ''), 'a.db', 'URL_MISSING'],
  ['no database on disk', seed(), ':memory:', 'DATABASE_UNUSABLE'],
  ['a public URL without TLS', seed().replace('https://', 'http://'), 'a.db', 'CONFIG_INVALID'],
])('cli:serve-closed — with %s it does not start', async (_, text, db, fault) => {
  if (text !== undefined) shell.write('lumojit.yaml', text)
  const { code, stdout, stderr } = await shell.run(['serve', '--db', db, '--port', '0'])
  expect([code, stderr]).toEqual([3, ''])
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  expect(last).toMatchObject({ level: 'error', event: 'failed', code: fault })
})

it('cli:serve-closed — without a database named it is no command line', async () => {
  expect((await shell.run(['serve'])).code).toBe(2)
})
