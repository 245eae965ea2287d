import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { commandLine } from './command-line.ts'

let shell: ReturnType<typeof commandLine>
beforeEach(() => {
  shell = commandLine()
})
afterEach(() => shell.close())

it.each([
  [['--help']],
  [['dev', '--help']],
  [['agent', 'create', '--help']],
  [['agent', 'rotate', '--help']],
  [['serve', '--help']],
  [['user', 'password', '--help']],
  [['sign-in', '--help']],
  [['sign-out', '--help']],
  [['pending', '--help']],
  [['approve', '--help']],
  [['deny', '--help']],
  [['revoke', '--help']],
  [['grants', '--help']],
  [['tasks', 'list', '--help']],
  [['tasks', 'show', '--help']],
  [['tasks', 'end', '--help']],
  [['audit', 'verify', '--help']],
  [['audit', 'export', '--help']],
  [['rules', 'test', '--help']],
  [['agent', 'list', '--help']],
  [['agent', 'suspend', '--help']],
  [['agent', 'resume', '--help']],
  [['fetch', '--help']],
  [['doctor', '--help']],
])('%j shows an example', async (args) => {
  const { code, stdout, stderr } = await shell.run(args)
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/Examples:\n {2}\$ lumojit /)
})

it('tells its version', async () => {
  expect((await shell.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/)
})

it.each([
  [['agent'], 'A command is missing.'],
  [['frobnicate'], 'unknown command'],
  [['dev', '--prot', '1'], "unknown option '--prot'"],
  [['dev', '--port', '70000'], 'up to 65535'],
  [['dev', 'extra'], 'too many arguments'],
  [['agent', 'create'], "missing required argument 'id'"],
])('%j is no command line: 2, and nothing on stdout', async (args, says) => {
  const plain = await shell.run(args)
  expect([plain.code, plain.stdout]).toEqual([2, ''])
  expect(plain.stderr).toContain(says)
  expect(plain.stderr).not.toContain('undefined')
  const asJson = await shell.run([...args, '--json'])
  expect(asJson.code).toBe(2)
  expect(JSON.parse(asJson.stderr)).toMatchObject({ type: 'error', code: 'USAGE' })
})

it('dev: a database that is none is 3', async () => {
  await shell.run(['agent', 'create', 'bot'])
  shell.write('notes.txt', 'These are notes, and no database.'.repeat(100))
  const { code, stderr } = await shell.run(['dev', '--db', 'notes.txt', '--port', '0', '--json'])
  expect(code).toBe(3)
  expect(JSON.parse(stderr)).toMatchObject({ code: 'DATABASE_UNUSABLE' })
})

it('dev: a port in use is 4, and the fix names another', async () => {
  await shell.run(['agent', 'create', 'bot'])
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const port = String((taken.address() as AddressInfo).port)
  const { code, stderr } = await shell.run(['dev', '--db', ':memory:', '--port', port])
  taken.close()
  expect(code).toBe(4)
  expect(stderr).toContain('--port')
})

it('dev: an address of the network without a URL of its own is 3', async () => {
  await shell.run(['agent', 'create', 'bot'])
  const { code, stderr } = await shell.run(['dev', '--host', '0.0.0.0', '--port', '0', '--json'])
  expect(code).toBe(3)
  expect(JSON.parse(stderr)).toMatchObject({ code: 'CONFIG_INVALID' })
})

it('dev: an approver nobody knows is 3', async () => {
  await shell.run(['agent', 'create', 'bot'])
  const { code, stderr } = await shell.run(['dev', '--approver', 'u_me', '--port', '0', '--json'])
  expect(code).toBe(3)
  expect(JSON.parse(stderr)).toMatchObject({
    code: 'USER_UNKNOWN',
    fix: expect.stringContaining('u_you'),
  })
})
