import { statSync } from 'node:fs'
import { join } from 'node:path'
import { verifySecret } from '@lumojit/authority'
import { readSeed } from '@lumojit/authority/seed'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine } from './command-line.ts'

let shell: ReturnType<typeof commandLine>
beforeEach(() => {
  shell = commandLine()
})
afterEach(() => shell.close())

const secretOf = (stdout: string) => JSON.parse(stdout).environment.AGENT_CLIENT_SECRET as string
const agentsOf = (text: string) => readSeed(text).agents ?? []

describe('agent create', () => {
  it('writes a first seed file, which only its owner can read, and tells the secret once', async () => {
    const { code, stdout } = await shell.run(['agent', 'create', 'bot', '--name', 'Bot', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      agent: 'bot',
      environment: { LUMOAUTH_ORG_ID: 'dev', LUMOAUTH_TENANT: 'dev', AGENT_CLIENT_ID: 'bot' },
    })
    const text = shell.read()
    expect(text).not.toContain(secretOf(stdout))
    const [agent] = agentsOf(text)
    expect(agent).toMatchObject({ id: 'bot', name: 'Bot' })
    expect(await verifySecret(agent?.secretHash ?? '', secretOf(stdout))).toBe(true)
    expect(statSync(join(shell.cwd, 'lumojit.yaml')).mode & 0o777).toBe(0o600)
  })

  it('leaves comments, order and permissions of a file as they are', async () => {
    const before =
      '# ours\norganization: acme # here\nusers: []\nagents:\n  - id: a # first\n    secret: s\n'
    shell.write('acme.yaml', before, 0o640)
    expect((await shell.run(['agent', 'create', 'b', '--seed', 'acme.yaml'])).code).toBe(0)
    const after = shell.read('acme.yaml')
    expect(after.startsWith(before)).toBe(true)
    expect(agentsOf(after).map(({ id }) => id)).toEqual(['a', 'b'])
    expect(statSync(join(shell.cwd, 'acme.yaml')).mode & 0o777).toBe(0o640)
  })

  it.each([
    ['JSON', '{ "organization": "acme", "users": [] }'],
    ['an empty list', 'organization: acme\nagents: []\n'],
    ['a list in one line', 'organization: acme\nagents: [{ id: a, secret: s }]\n'],
    ['no list', 'organization: acme\n'],
  ])('adds to %s', async (_, text) => {
    shell.write('lumojit.yaml', text)
    expect((await shell.run(['agent', 'create', 'b'])).code).toBe(0)
    expect(agentsOf(shell.read()).at(-1)).toMatchObject({ id: 'b' })
  })

  it('refuses an agent that is there, and changes nothing', async () => {
    await shell.run(['agent', 'create', 'bot'])
    const before = shell.read()
    const again = await shell.run(['agent', 'create', 'bot', '--json'])
    expect([again.code, again.stdout]).toEqual([3, ''])
    expect(JSON.parse(again.stderr)).toMatchObject({ code: 'AGENT_EXISTS' })
    expect(shell.read()).toBe(before)
  })

  it('refuses a seed file that is wrong, naming the line, and changes nothing', async () => {
    shell.write('lumojit.yaml', 'organization: acme\nagnts: []\n')
    const { code, stderr } = await shell.run(['agent', 'create', 'bot'])
    expect(code).toBe(3)
    expect(stderr).toContain('lumojit.yaml:2:1 agnts')
    expect(shell.read()).toBe('organization: acme\nagnts: []\n')
  })
})

describe('agent rotate', () => {
  it.each([
    [
      'YAML',
      'organization: acme\nagents:\n  - id: a\n    secret: old # plain\n  - id: b\n    secret: kept\n',
    ],
    [
      'JSON',
      '{"organization":"acme","agents":[{"id":"a","secret":"old"},{"id":"b","secret":"kept"}]}',
    ],
  ])('replaces the secret of one agent, in %s', async (_, text) => {
    shell.write('lumojit.yaml', text)
    const { code, stdout } = await shell.run(['agent', 'rotate', 'a', '--json'])
    expect(code).toBe(0)
    const [a, b] = agentsOf(shell.read())
    expect(a).not.toHaveProperty('secret')
    expect(await verifySecret(a?.secretHash ?? '', secretOf(stdout))).toBe(true)
    expect(await verifySecret(a?.secretHash ?? '', 'old')).toBe(false)
    expect(b).toEqual({ id: 'b', secret: 'kept' })
  })

  it('names the agents there are when it does not know one', async () => {
    await shell.run(['agent', 'create', 'bot'])
    const { code, stderr } = await shell.run(['agent', 'rotate', 'bto'])
    expect([code, stderr]).toEqual([3, 'lumojit: lumojit.yaml has no agent bto.\n  It has: bot.\n'])
  })

  it('says what to do where there is no seed file', async () => {
    const { code, stderr } = await shell.run(['agent', 'rotate', 'bot', '--json'])
    expect(code).toBe(3)
    expect(JSON.parse(stderr)).toMatchObject({ type: 'error', code: 'SEED_MISSING' })
  })
})
