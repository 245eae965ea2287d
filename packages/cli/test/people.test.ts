import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { memoryStore } from '@lumojit/authority'
import type { RunningAuthority } from '@lumojit/authority/node'
import { hashSecret } from '@lumojit/authority/seed'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine } from './command-line.ts'
import { secret, World } from './world.ts'

let shell: ReturnType<typeof commandLine>
let world: World
let running: RunningAuthority
let taskId: string
beforeEach(async () => {
  shell = commandLine()
  world = new World()
  running = await world.authority({
    users: [
      {
        id: 'u_bob',
        email: 'bob@acme.test',
        rights: ['jit.approve', 'jit.audit', 'jit.admin'],
        passwordHash: await hash,
      },
      { id: 'u_eve', email: 'eve@acme.test', rights: [], passwordHash: await hash },
    ],
  })
  const { operations } = running.authority
  taskId = (await operations.openTask({ by, name: 'Pay \u001b[31mthe\u202e invoice' })).id
})
afterEach(async () => {
  await world.close()
  shell.close()
})

const password = 'a few words of bob'
const hash = hashSecret(password)
const by = { agent: 'bot' } as const
const payment = { type: 'payment', actions: ['initiate', 'cancel'], identifier: 'inv_204' }

const ask = async (details: object = payment, reuse = 'task') =>
  (
    await running.authority.operations.requestPermission({
      by,
      taskId,
      details,
      reuse,
      justification: 'due \u001b]0;owned\u0007 today\nand then some',
      resource: 'https://api.acme.test',
    })
  ).request.id
const redeem = (requestId: string) => running.authority.operations.redeem({ by, requestId })

const token = async (userId = 'u_bob') =>
  (await running.authority.operations.issueUserToken({ userId })).accessToken
/** One command as Bob. */
async function bob(...args: string[]) {
  const env = { LUMOJIT_URL: running.authority.issuer, LUMOJIT_TOKEN: await token() }
  return shell.run(args, { env })
}
const jsonOf = ({ stdout }: { stdout: string }) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('sign-in', () => {
  const at = () => ['--url', running.authority.issuer]
  const kept = () => join(shell.cwd, 'config', 'lumojit', 'sign-in.json')

  it('cli:sign-in — the token is kept for its user alone, never printed, and works from then on', async () => {
    const signed = await shell.run(['sign-in', '--user', 'u_bob', ...at()], { typed: [password] })
    expect([signed.code, signed.stderr]).toEqual([0, ''])
    expect(signed.stdout).toMatch(
      /^Signed in as u_bob at http:\S+ \(acme\) for \d+ (h|min): jit\.approve/,
    )
    expect(statSync(kept()).mode & 0o777).toBe(0o600)
    expect(statSync(join(kept(), '..')).mode & 0o777).toBe(0o700)
    const file = JSON.parse(readFileSync(kept(), 'utf8'))
    expect(signed.stdout).not.toContain(Object.values<{ token: string }>(file.at)[0]?.token)
    expect(JSON.stringify(file)).not.toContain(password)
    expect((await shell.run(['pending'])).code).toBe(0)
  })

  it('cli:sign-in — a token goes to the authority it came from, and to no other', async () => {
    await shell.run(['sign-in', '--user', 'u_bob', ...at()], { typed: [password] })
    const seen: unknown[] = []
    const other = await world.server((req, res) => {
      seen.push(req.headers.authorization)
      res.end('{}')
    })
    const { code, stderr } = await shell.run(['pending', '--url', other, '--json'])
    expect(code).toBe(6)
    expect(JSON.parse(stderr)).toMatchObject({ code: 'NOT_SIGNED_IN' })
    expect(seen).toEqual([])
  })

  it('cli:sign-in — nothing is read from a file that others may open', async () => {
    await shell.run(['sign-in', '--user', 'u_bob', ...at()], { typed: [password] })
    chmodSync(kept(), 0o644)
    const { code, stderr } = await shell.run(['pending', '--json'])
    expect(code).toBe(3)
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'READABLE_BY_OTHERS',
      fix: expect.stringContaining('chmod 600'),
    })
  })

  it('cli:sign-in — a password is no argument, and a wrong one is 6', async () => {
    const argued = await shell.run(['sign-in', '--password', password, ...at()])
    expect(argued.code).toBe(2)
    const wrong = await shell.run(['sign-in', '--user', 'u_bob', ...at()], { typed: ['another'] })
    expect(wrong.code).toBe(6)
    expect(existsSync(kept())).toBe(false)
    const nobody = await shell.run(['sign-in', '--user', 'u_bob', ...at()], { typed: [] })
    expect(nobody.code).toBe(2)
  })

  it('cli:sign-in — over plain http to another machine nothing is sent', async () => {
    const { code, stderr } = await shell.run(
      ['sign-in', '--url', 'http://authority.test', '--json'],
      {
        typed: ['u_bob', password],
      },
    )
    expect(code).toBe(3)
    expect(JSON.parse(stderr)).toMatchObject({ code: 'AUTHORITY_URL_INVALID' })
  })

  it('by stdin; sign-out ends it there and here', async () => {
    const args = ['sign-in', '--user', 'bob@acme.test', '--password-stdin', ...at(), '--json']
    const [signed] = jsonOf(await shell.run(args, { typed: [`${password}\n`] }))
    expect(signed).toMatchObject({ type: 'signed-in', user: 'u_bob' })
    const { at: places } = JSON.parse(readFileSync(kept(), 'utf8'))
    const [{ token: value }] = Object.values<{ token: string }>(places) as [{ token: string }]
    expect((await shell.run(['sign-out'])).code).toBe(0)
    expect((await shell.run(['pending'])).code).toBe(6)
    const env = { LUMOJIT_URL: running.authority.issuer, LUMOJIT_TOKEN: value }
    expect((await shell.run(['pending'], { env })).code).toBe(6)
  })
})

describe('deciding', () => {
  it('pending tells who, what, why and how long, and one request in full', async () => {
    const id = await ask()
    const { code, stdout } = await bob('pending')
    expect(code).toBe(0)
    expect(stdout).toContain(`critical · ${id} · 60 min left`)
    expect(stdout).toContain('payment: initiate, cancel inv_204')
    expect(stdout).toContain('for the task, for 10 min · https://api.acme.test')
    expect(stdout).toContain('Bot (bot), task')
    expect((await bob('pending', id)).stdout).toContain('"identifier": "inv_204"')
    expect(jsonOf(await bob('pending', '--json'))).toMatchObject([
      { type: 'pending', request_id: id },
    ])
    expect((await bob('tasks')).stdout).toMatch(/^TASK +STATE +WAITING/)
  })

  it('cli:inert-words — what an agent wrote cannot steer the terminal, wherever it is shown', async () => {
    const id = await ask({ type: 'payment', actions: ['pay\u001b[2J'], identifier: '\u202e402' })
    const terminal = { out: true, err: true, columns: 200 }
    const env = {
      LUMOJIT_URL: running.authority.issuer,
      LUMOJIT_TOKEN: await token(),
      NO_COLOR: '1',
    }
    for (const args of [['pending'], ['pending', id], ['tasks'], ['tasks', 'show', taskId]]) {
      const { code, stdout } = await shell.run(args, { env, terminal })
      expect(code).toBe(0)
      expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
    }
    expect((await shell.run(['pending'], { env, terminal })).stdout).toContain(
      'due \\u{1b}]0;owned\\u{7} today and then some',
    )
  })

  it('cli:decides-as-told — approve narrows, shortens and says once, as told', async () => {
    const id = await ask()
    const less = JSON.stringify({ ...payment, actions: ['initiate'] })
    const { code, stdout } = await bob(
      'approve',
      id,
      '--once',
      '--ttl',
      '2m',
      '--details',
      less,
      '--note',
      'called Alice',
      '--message',
      'go on',
    )
    expect(code).toBe(0)
    expect(stdout).toContain('once, tokens of 2 min')
    expect(stdout).toContain('payment: initiate inv_204')
    const [read] = jsonOf(await bob('pending', id, '--json'))
    expect(read).toMatchObject({
      status: 'approved',
      reuse: 'once',
      granted: [{ ...payment, actions: ['initiate'] }],
      notes: 'called Alice',
      agent_message: 'go on',
      decided_by: 'u_bob',
    })
    expect((await redeem(id)).expiresIn).toBe(120)
    expect((await bob('approve', id, '--task')).code).toBe(7)
  })

  it('cli:decides-as-told — more than was asked is refused, and nothing is decided', async () => {
    const id = await ask()
    const more = JSON.stringify({ ...payment, actions: ['initiate', 'cancel', 'refund'] })
    const { code, stderr } = await bob('approve', id, '--details', more)
    expect(code).toBe(7)
    expect(stderr).toContain('only take away')
    expect((await bob('approve', id, '--details', '{"actions":[]}')).code).toBe(2)
    expect((await bob('approve', id, '--once', '--task')).code).toBe(2)
    expect(jsonOf(await bob('pending', '--json'))).toHaveLength(1)
  })

  it('cli:decides-as-told — deny with words for the agent and a note that is not', async () => {
    const id = await ask()
    expect((await bob('deny', id, '--message', 'ask Alice', '--note', 'odd')).code).toBe(0)
    const { request } = await running.authority.operations.readStatus({ by, requestId: id })
    expect(request).toMatchObject({ state: 'denied', agentMessage: 'ask Alice', notes: 'odd' })
  })

  it('cli:decides-as-told — grants are listed, revoked, and stay revoked; a task is ended', async () => {
    const id = await ask()
    await bob('approve', id)
    await redeem(id)
    expect((await bob('grants')).stdout).toContain('payment: initiate, cancel inv_204')
    expect((await bob('revoke', id)).code).toBe(0)
    expect((await bob('grants')).stdout).toBe(
      'No agent may do anything but what its own token allows.\n',
    )
    const timeline = (await bob('tasks', 'show', taskId)).stdout
    for (const kind of ['asked', 'approved', 'redeemed', 'revoked'])
      expect(timeline).toContain(kind)
    expect((await bob('tasks', 'end', taskId, '--reason', 'done')).code).toBe(0)
    expect(jsonOf(await bob('tasks', '--json'))).toMatchObject([{ status: 'suspended' }])
    await expect(ask()).rejects.toThrow()
  })

  it.each([
    ['pending', 'jit_none'],
    ['approve', 'jit_none'],
    ['tasks', 'show', 'task_none'],
  ])('%s of what is not there is 7, with where to look', async (...args) => {
    const { code, stderr } = await bob(...args, '--json')
    expect(code).toBe(7)
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'UNKNOWN_ID',
      fix: expect.stringContaining('lumojit'),
    })
  })

  it('without the right it is 6, and says which is needed', async () => {
    await ask()
    const env = { LUMOJIT_URL: running.authority.issuer, LUMOJIT_TOKEN: await token('u_eve') }
    const { code, stderr } = await shell.run(['pending', '--json'], { env })
    expect(code).toBe(6)
    expect(JSON.parse(stderr)).toMatchObject({ code: 'NOT_ALLOWED' })
  })

  it('an authority that does not answer is 5', async () => {
    const env = { LUMOJIT_URL: 'http://127.0.0.1:1', LUMOJIT_TOKEN: 'x' }
    expect((await shell.run(['pending'], { env })).code).toBe(5)
  })
})

describe('audit, rules, agents', () => {
  it('audit: verified, and exported to a new file of one’s own', async () => {
    await bob('approve', await ask())
    expect((await bob('audit', 'verify')).stdout).toMatch(/^Whole: \d+ entries in \d+ chains/)
    expect((await bob('audit', 'export', '-o', 'audit.jsonl')).stdout).toMatch(
      /^\d+ lines in audit\.jsonl/,
    )
    const lines = readFileSync(join(shell.cwd, 'audit.jsonl'), 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).kind)).toContain('request.approved')
    expect(statSync(join(shell.cwd, 'audit.jsonl')).mode & 0o777).toBe(0o600)
    expect((await bob('audit', 'export', '-o', 'audit.jsonl')).code).toBe(3)
    expect(jsonOf(await bob('audit', 'export', '--chain', taskId)).length).toBeGreaterThan(1)
  })

  it('rules test says who would decide, and stores nothing', async () => {
    expect((await bob('rules', 'test', JSON.stringify(payment))).stdout).toBe(
      'critical risk: would wait for a person.\n',
    )
    expect(
      jsonOf(await bob('rules', 'test', '{"type":"document_access","actions":["read"]}', '--json')),
    ).toMatchObject([{ decision: 'grant' }])
    expect((await bob('rules', 'test', 'nonsense')).code).toBe(2)
    expect(jsonOf(await bob('tasks', '--json'))).toMatchObject([{ pending: 0 }])
  })

  it('human:dead-letters — what no system took is listed, and tried again by its id', async () => {
    // A private address that nobody allowed: refused before anything is sent.
    const url = 'https://10.1.2.3/jit'
    const store = memoryStore()
    const other = await world.authority({
      store,
      webhooks: [
        { url, secret: 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz', events: ['agent.suspended'] },
      ],
      users: [{ id: 'u_root', email: 'root@acme.test', rights: ['jit.admin'] }],
    })
    const { operations, issuer } = other.authority
    const { accessToken } = await operations.issueUserToken({ userId: 'u_root' })
    const env = { LUMOJIT_URL: issuer, LUMOJIT_TOKEN: accessToken }
    const root = (...args: string[]) => shell.run(args, { env })
    expect((await bob('webhooks')).stdout).toMatch(/^There is no webhook/)
    await operations.suspendAgent({ by: { user: 'u_root' }, agentId: 'bot' })
    await expect
      .poll(async () => jsonOf(await root('webhooks', '--json')).at(-1))
      .toMatchObject({ type: 'delivery', attempts: 1, last_status: 0 })
    const [owed] = (await operations.listDeliveries({ by: { user: 'u_root' } })).items
    const deliveryId = owed?.id ?? ''
    expect((await root('webhooks', 'retry', deliveryId)).code).toBe(7)
    // As after its last attempt, which would be a day away.
    const day = Date.now() + 86_400_000
    for (const each of await store.takeDeliveries(day, { most: 1, leaseMs: 1_000 }))
      await store.settleDelivery(each, { status: 410, delivered: false })
    const { stdout } = await root('webhooks', '--dead')
    expect(stdout).toMatch(/^DUE +GIVEN UP +WEBHOOK +EVENTS\n0 +1 +https:/)
    expect(stdout).toMatch(new RegExp(`${deliveryId} +given up +\\d+ +410 `))
    const again = await root('webhooks', 'retry', deliveryId)
    expect([again.code, again.stdout]).toEqual([0, `Due again: agent.suspended to ${url}.\n`])
    expect(jsonOf(await root('webhooks', '--dead', '--json'))).toMatchObject([
      { type: 'webhook', url, due: 1, dead: 0 },
    ])
  })

  it('cli:agents — made, rotated and suspended at an authority that runs', async () => {
    const at = ['--url', running.authority.issuer]
    const [made] = jsonOf(await bob('agent', 'create', 'helper', ...at, '--json'))
    const obtain = async (id: string, value: string) => {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: id,
        client_secret: value,
      })
      return (await fetch(`${running.authority.issuer}/oauth/token`, { method: 'POST', body }))
        .status
    }
    const first = made.environment.AGENT_CLIENT_SECRET
    expect(made.environment).toMatchObject({ LUMOAUTH_URL: running.url, LUMOAUTH_ORG_ID: 'acme' })
    expect(await obtain('helper', first)).toBe(200)
    const [rotated] = jsonOf(
      await bob('agent', 'rotate', 'helper', ...at, '--compromised', '--json'),
    )
    expect(await obtain('helper', first)).toBe(401)
    expect(await obtain('helper', rotated.environment.AGENT_CLIENT_SECRET)).toBe(200)
    expect((await bob('agent', 'suspend', 'bot')).stdout).toMatch(/^Suspended bot;/)
    expect(await obtain('bot', secret)).toBe(401)
    expect((await bob('agent', 'list')).stdout).toMatch(/Bot \(bot\) +suspended +seed file/)
    expect((await bob('agent', 'resume', 'bot')).code).toBe(0)
    expect(await obtain('bot', secret)).toBe(200)
    expect(existsSync(join(shell.cwd, 'lumojit.yaml'))).toBe(false)
  })
})
