import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '@lumojit/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { hideTokens } from '../src/fetch/hide-tokens.ts'
import { commandLine } from './command-line.ts'
import { environment, World } from './world.ts'

let shell: ReturnType<typeof commandLine>
let world: World
beforeEach(() => {
  shell = commandLine()
  world = new World()
})
afterEach(async () => {
  await world.close()
  shell.close()
})

const lines = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const by = { user: 'u_bob' }

async function standing() {
  const { url, authority } = await world.authority({
    approvalUri: ({ requestId }) => `https://console.test/${requestId}`,
  })
  const api = await world.api({ issuer: authority.issuer })
  return { api, authority, env: environment(url) }
}

/** As soon as somebody waits. */
async function decide(
  { operations }: Awaited<ReturnType<typeof standing>>['authority'],
  how: (requestId: string) => Promise<unknown>,
) {
  for (;;) {
    const { items } = await operations.listPending({ by })
    const [waiting] = items
    if (waiting) return how(waiting.request.id)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

it('cli:fetch-shows-each-step — challenge, question, grant, sent again, ended; the body alone on stdout', async () => {
  const { api, env } = await standing()
  const { code, stdout, stderr } = await shell.run(['fetch', `${api.url}/doc_1`], { env })
  expect([code, stdout]).toEqual([0, '{"path":"/doc_1"}'])
  const steps = stderr
    .trim()
    .split('\n')
    .map((line) => line.slice(0, 10).trim())
  expect(steps).toEqual(['sent', 'challenge', 'asked', 'granted', 'sent again', 'ended'])
  expect(stderr).toContain('document_access: read doc_1')
  expect(stderr).toContain('→ 403')
  expect(stderr).toContain('→ 200')
  expect(stderr).not.toContain('\x1b')
})

it('cli:fetch-shows-each-step — a person is waited for, and where they decide is said', async () => {
  const { api, env, authority } = await standing()
  const running = shell.run(
    ['fetch', `${api.url}/inv_204`, '-d', '{"total":1}', '-j', 'it is due', '--json'],
    { env },
  )
  await decide(authority, (requestId) => authority.operations.approve({ by, requestId }))
  const { code, stdout, stderr } = await running
  expect([code, stderr]).toEqual([0, ''])
  const told = lines(stdout)
  expect(told.map(({ type }) => type)).toEqual([
    'sent',
    'challenge',
    'asked',
    'pending',
    'granted',
    'sent',
    'response',
    'ended',
  ])
  const [, challenge, asked, pending] = told
  expect(challenge.details).toEqual([
    { type: 'payment', actions: ['initiate'], identifier: 'inv_204' },
  ])
  expect(asked).toMatchObject({ reuse: 'once', risk: 'critical', status: 'pending' })
  expect(pending.approvalUrl).toBe(`https://console.test/${pending.requestId}`)
  expect(told.at(-2)).toMatchObject({ status: 200, body: '{"path":"/inv_204"}' })
  expect(told.at(-1)).toMatchObject({ revoked: 1, unrevoked: [] })
  expect(api.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /inv_204',
    'POST /inv_204',
  ])
})

it('cli:exits — denied is 7, in the words of the person, and says nothing they could steer a terminal with', async () => {
  const { api, env, authority } = await standing()
  const running = shell.run(['fetch', `${api.url}/inv_1`, '-X', 'post'], { env })
  const agentMessage = 'not \u202e today'
  await decide(authority, (requestId) => authority.operations.deny({ by, requestId, agentMessage }))
  const { code, stdout, stderr } = await running
  expect([code, stdout]).toEqual([7, ''])
  expect(stderr).toMatch(/lumojit: The request was denied\. not {1,2}today/)
})

it('cli:exits — nobody decided in time: 7, and nobody is asked any more', async () => {
  const { api, env, authority } = await standing()
  const { code, stderr } = await shell.run(
    ['fetch', `${api.url}/inv_1`, '-X', 'POST', '--wait', '0', '--json'],
    { env },
  )
  expect(code).toBe(7)
  expect(JSON.parse(stderr)).toMatchObject({ code: 'STILL_PENDING' })
  expect((await authority.operations.listPending({ by })).items).toEqual([])
})

it('cli:exits — Ctrl-C while a person is waited for: 130, and nobody is asked any more', async () => {
  const { api, env, authority } = await standing()
  const stop = new AbortController()
  const running = shell.run(['fetch', `${api.url}/inv_1`, '-X', 'POST'], { env, stop: stop.signal })
  await decide(authority, async () => stop.abort())
  expect((await running).code).toBe(130)
  expect((await authority.operations.listPending({ by })).items).toEqual([])
})

it.each([
  ['to stdout', []],
  ['as JSON', ['--json']],
  ['to a file', ['--output', 'answer.txt']],
])('cli:fetch-hides-tokens — an API that echoes the token tells it nobody, %s', async (_, more) => {
  const { api, env } = await standing()
  const { code, stdout, stderr } = await shell.run(['fetch', `${api.url}/echo`, ...more], { env })
  expect(code).toBe(0)
  const file = more.length === 2 ? readFileSync(join(shell.cwd, 'answer.txt'), 'utf8') : ''
  const told = stdout + stderr + file
  expect(told).toContain('you sent Bearer [secret] and nothing else')
  const sent = api.seen.flatMap(({ token }) => token ?? [])
  expect(sent).toHaveLength(2)
  for (const token of sent) expect(told).not.toContain(token)
})

it('cli:exits — what the API answers is its answer: 404 is 9, with its body', async () => {
  const { api, env } = await standing()
  const { code, stdout, stderr } = await shell.run(['fetch', `${api.url}/missing`], { env })
  expect([code, stdout]).toEqual([9, '{"error":"no such document"}'])
  expect(stderr).toContain('The API answered 404.')
})

it.each([
  ['no settings', {}, 3, 'AGENT_SETTINGS_MISSING'],
  ['another secret', { AGENT_CLIENT_SECRET: 'another' }, 6, 'AUTHORITY_REJECTED'],
  [
    'an authority that is not there',
    { LUMOAUTH_URL: 'http://127.0.0.1:1' },
    5,
    'AUTHORITY_UNREACHABLE',
  ],
  ['an authority without TLS', { LUMOAUTH_URL: 'http://authority.test' }, 3, 'INSECURE_URL'],
])('cli:exits — fetch with %s is said with its code', async (what, changed, exit, fault) => {
  const { api, env } = await standing()
  const { code, stderr } = await shell.run(['fetch', `${api.url}/doc_1`, '--json'], {
    env: what === 'no settings' ? {} : { ...env, ...changed },
  })
  expect(code).toBe(exit)
  expect(JSON.parse(stderr)).toMatchObject({ code: fault, fix: expect.stringMatching(/\w/) })
  expect(api.seen).toEqual([])
})

it('cli:exits — an API that is not there is 5', async () => {
  const { env } = await standing()
  const { code, stderr } = await shell.run(['fetch', 'http://127.0.0.1:1/doc', '--json'], { env })
  expect(code).toBe(5)
  expect(JSON.parse(stderr)).toMatchObject({ code: 'UNREACHABLE' })
})

it.each([
  [['not a url'], 'is no URL'],
  [['https://a.test', '-H', 'nonsense'], 'is no header'],
  [['https://a.test', '-d', '@nowhere.json'], 'cannot be read'],
  [['https://a.test', '--wait', 'long'], 'whole number'],
])('fetch %j cannot be understood: 2', async (args, says) => {
  const { code, stderr } = await shell.run(['fetch', ...args], {})
  expect(code).toBe(2)
  expect(stderr).toContain(says)
})

it('cli:fetch-hides-tokens — wherever chunks begin and end', async () => {
  const token = 'eyJ-a-token.of-some.length'
  const bytes = Buffer.from(`first ${token}${token} then ${token.slice(0, 9)} and ${token}`)
  for (let size = 1; size <= bytes.length; size += 1) {
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    let told = ''
    for await (const chunk of hideTokens(chunks(), () => [new Secret(token)])) told += chunk
    expect(told).toBe('first [secret][secret] then eyJ-a-tok and [secret]')
  }
})
