import { verifySecret } from '@lumojit/authority'
import { readSeed } from '@lumojit/authority/seed'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { commandLine } from './command-line.ts'

let shell: ReturnType<typeof commandLine>
beforeEach(() => {
  shell = commandLine()
})
afterEach(() => shell.close())

const words = 'a few plain words'

it.each([
  ['YAML', 'organization: acme\nusers:\n  - id: u_bob # him\n    email: b@acme.test\n'],
  ['JSON', '{"organization":"acme","users":[{"id":"u_bob","email":"b@acme.test"}]}'],
])('user password: a hash of it is kept in the seed, in %s', async (_, text) => {
  shell.write('lumojit.yaml', text)
  const { code, stdout, stderr } = await shell.run(['user', 'password', 'u_bob'], {
    typed: [words, words],
  })
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).not.toContain(words)
  const [user] = readSeed(shell.read()).users ?? []
  expect(await verifySecret(user?.passwordHash ?? '', words)).toBe(true)
  expect(shell.read()).not.toContain(words)
})

it.each([
  ['two that differ', ['u_bob'], [words, 'another few words'], 2],
  ['too short a one', ['u_bob'], ['short', 'short'], 2],
  ['nobody to ask', ['u_bob'], [], 2],
  ['a user nobody knows', ['u_eve'], [words, words], 3],
])('user password: with %s nothing is changed', async (_, args, typed, exit) => {
  const before = 'organization: acme\nusers:\n  - id: u_bob\n    email: b@acme.test\n'
  shell.write('lumojit.yaml', before)
  expect((await shell.run(['user', 'password', ...args], { typed })).code).toBe(exit)
  expect(shell.read()).toBe(before)
})
