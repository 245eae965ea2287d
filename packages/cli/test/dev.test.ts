import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { lumoAuth } from '@lumojit/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { commandLine } from './command-line.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const flags = ['--conditions=@lumojit/source', '--disable-warning=ExperimentalWarning']

let shell: ReturnType<typeof commandLine>
let children: ChildProcess[]
beforeEach(() => {
  shell = commandLine()
  children = []
})
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  shell.close()
})

/** The command as a process of its own, up to its first line. */
async function start(...args: string[]) {
  const child = spawn(process.execPath, [...flags, bin, 'dev', '--json', ...args], {
    cwd: shell.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done) throw new Error(`it ended: ${stderr}`)
  const stop = async (signal: NodeJS.Signals) => {
    const gone = once(child, 'exit')
    child.kill(signal)
    const [code] = await gone
    const last = await lines.next()
    return { code, last: last.done ? undefined : JSON.parse(last.value), stderr }
  }
  return { ready: JSON.parse(first.value), stop }
}

const payment = { type: 'payment', actions: ['initiate'], identifier: 'inv_204' } as const
const resource = { url: 'https://api.acme-corp.com', audience: 'https://api.acme-corp.com' }

it('serves what it prints, keeps what was decided over a stop, and stops as asked', async () => {
  const created = await shell.run(['agent', 'create', 'bot', '--json'])
  const first = await start('--port', '0', '--approver', 'u_you')
  const { url, issuer, approver } = first.ready
  const environment = {
    ...first.ready.agents[0].environment,
    ...JSON.parse(created.stdout).environment,
  }
  const authority = lumoAuth({
    url: environment.LUMOAUTH_URL,
    org: environment.LUMOAUTH_ORG_ID,
    clientId: environment.AGENT_CLIENT_ID,
    clientSecret: environment.AGENT_CLIENT_SECRET,
  })
  const task = await authority.openTask({ name: 'Pay' })
  const question = {
    permission: { kind: 'details', details: [payment] },
    resource,
    reuse: 'once',
    justification: 'the invoice is due',
    ttlSeconds: 300,
    idempotencyKey: 'a call',
  } as const
  const pending = await authority.request(task, question)
  expect(pending.status).toBe('pending')
  if (!('ref' in pending)) throw new Error('it has no name')
  const approved = await fetch(`${issuer}/jit/approve/${pending.ref.requestId}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${approver.token}` },
  })
  expect(approved.status).toBe(200)

  expect(await first.stop('SIGINT')).toEqual({ code: 0, last: { type: 'stopped' }, stderr: '' })
  await expect(fetch(url)).rejects.toThrow()
  const folder = join(shell.cwd, '.lumojit')
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'authority.db')).mode & 0o777).toBe(0o600)
  expect(existsSync(join(folder, '.gitignore'))).toBe(true)

  const second = await start('--port', new URL(url).port)
  expect(second.ready.approver).toBeUndefined()
  expect(await authority.status(pending.ref)).toMatchObject({ status: 'granted' })
  expect(await authority.redeem(pending.ref, question)).toHaveProperty('token')
  expect(await second.stop('SIGTERM')).toMatchObject({ code: 0, last: { type: 'stopped' } })
})

it('with an open feed and a long poll it still stops', async () => {
  await shell.run(['agent', 'create', 'bot'])
  const { ready, stop } = await start('--port', '0', '--db', ':memory:')
  const feed = await fetch(`${ready.issuer}/jit/events`)
  expect(feed.status).toBe(200)
  expect(await stop('SIGINT')).toMatchObject({ code: 0 })
  await feed.text().catch(() => {})
})

it('a rotated secret counts from the next start on', async () => {
  const old = JSON.parse((await shell.run(['agent', 'create', 'bot', '--json'])).stdout)
  const rotated = JSON.parse((await shell.run(['agent', 'rotate', 'bot', '--json'])).stdout)
  const { ready, stop } = await start('--port', '0', '--db', ':memory:')
  const login = async ({ environment }: typeof old) => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: environment.AGENT_CLIENT_ID,
      client_secret: environment.AGENT_CLIENT_SECRET,
    })
    return (await fetch(`${ready.issuer}/oauth/token`, { method: 'POST', body })).status
  }
  expect(await login(rotated)).toBe(200)
  expect(await login(old)).toBe(401)
  await stop('SIGINT')
})

it('cli:dev-first-run — one command: seed, person, agent and its secret, which works', async () => {
  const { ready, stop } = await start('--port', '0')
  expect(ready).toMatchObject({ organization: 'dev', seed: 'lumojit.yaml', seedMade: true })
  const [agent] = ready.agents
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: agent.environment.AGENT_CLIENT_ID,
    client_secret: agent.environment.AGENT_CLIENT_SECRET,
  })
  expect((await fetch(`${ready.issuer}/oauth/token`, { method: 'POST', body })).status).toBe(200)
  expect(statSync(join(shell.cwd, 'lumojit.yaml')).mode & 0o777).toBe(0o600)
  expect(shell.read()).not.toContain(agent.environment.AGENT_CLIENT_SECRET)
  const page = await fetch(ready.console.url, { redirect: 'manual' })
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(ready.console).toMatchObject({ user: 'u_you', hasPassword: false })
  expect(ready.console.signInLink.startsWith(ready.console.url)).toBe(true)
  await stop('SIGINT')
  const second = await start('--port', '0')
  expect(second.ready).toMatchObject({ seedMade: false })
  expect(second.ready.agents[0].environment).not.toHaveProperty('AGENT_CLIENT_SECRET')
  await second.stop('SIGINT')
})

it('cli:dev-first-run — a seed file that was named is not made', async () => {
  const { code, stderr } = await shell.run(['dev', '--seed', 'acme.yaml', '--port', '0', '--json'])
  expect(code).toBe(3)
  expect(JSON.parse(stderr)).toMatchObject({ code: 'SEED_MISSING' })
  expect(existsSync(join(shell.cwd, 'acme.yaml'))).toBe(false)
})

it('cli:dev-console — serves the console, signs one person in by the link it prints, and sends its page as approval_uri', async () => {
  const created = await shell.run(['agent', 'create', 'bot', '--json'])
  const { ready } = await start('--port', '0', '--db', ':memory:')
  expect(ready.console).toMatchObject({ url: `${ready.url}/console/`, user: 'u_you' })
  const [address, code = ''] = ready.console.signInLink.split('#')
  const page = await fetch(address)
  const cookie = page.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ')
  const csrf = /name="csrf" value="([\w-]+)"/.exec(await page.text())?.[1] ?? ''
  const signIn = () =>
    fetch(address, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin: ready.url },
      body: new URLSearchParams({ csrf, code }),
    })
  const entered = await signIn()
  expect([entered.status, entered.headers.get('location')]).toEqual([303, '/console/'])
  expect((await signIn()).status).toBe(401)

  const { AGENT_CLIENT_SECRET: clientSecret } = JSON.parse(created.stdout).environment
  const authority = lumoAuth({
    url: ready.url,
    org: ready.organization,
    clientId: 'bot',
    clientSecret,
  })
  const pending = await authority.request(await authority.openTask({ name: 'Pay' }), {
    permission: { kind: 'details', details: [payment] },
    resource,
    reuse: 'once',
    justification: 'the invoice is due',
    ttlSeconds: 300,
    idempotencyKey: 'a call',
  })
  expect(pending).toMatchObject({
    status: 'pending',
    approvalUrl: `${ready.url}/console/requests/${pending.ref?.requestId}`,
  })
})
