import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkNode } from '../src/doctor/machine.ts'
import { commandLine } from './command-line.ts'
import { environment, secret, World } from './world.ts'

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

type Said = { check: string; state: string; code?: string; says: string; fix?: string }

async function doctor(env: Record<string, string>, ...urls: string[]) {
  const { code, stdout, stderr } = await shell.run(['doctor', ...urls, '--json'], { env })
  expect(stderr).toBe('')
  expect(stdout).not.toContain(secret)
  expect(stdout).not.toContain('eyJ')
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const summary = lines.pop()
  return { code, summary, findings: lines as Said[] }
}

/** Exactly this is wrong, and its fix says this. */
function theFault({ code, findings }: Awaited<ReturnType<typeof doctor>>) {
  const faults = findings.filter(({ state }) => state === 'fault')
  expect(faults.map((it) => it.code)).toHaveLength(1)
  expect(code).toBe(8)
  const [fault] = faults
  if (!fault?.fix) throw new Error('there is no fault with a fix')
  return { ...fault, fix: fault.fix }
}

async function standing() {
  const { url, authority } = await world.authority()
  const api = await world.api({ issuer: authority.issuer })
  return { url, authority, api, env: environment(url) }
}

it('doctor:all-well — everything is looked at, nothing is found, and no person is asked', async () => {
  const { authority, api, env } = await standing()
  const { code, summary, findings } = await doctor(env, `${api.url}/doc_1`)
  expect(code).toBe(0)
  expect(summary).toMatchObject({ faults: 0, cares: 0, open: 0 })
  expect(findings.map(({ check }) => check)).toEqual([
    'node',
    'settings',
    'authority',
    'secret',
    'keys',
    `${api.url}/doc_1`,
    'clock',
  ])
  expect(findings.find(({ check }) => check.endsWith('doc_1'))?.says).toContain(
    'asks for document_access: read doc_1',
  )
  expect(authority.counts()).toMatchObject({ requests: 0, tasks: 0 })
})

it('doctor:wrong-secret — named, with the command that gives another', async () => {
  const { env } = await standing()
  const fault = theFault(await doctor({ ...env, AGENT_CLIENT_SECRET: 'another' }))
  expect(fault).toMatchObject({ check: 'secret', code: 'WRONG_SECRET' })
  expect(fault.fix).toContain('lumojit agent rotate bot')
})

it('doctor:wrong-secret — a line break that was copied along is seen', async () => {
  const { env } = await standing()
  const fault = theFault(await doctor({ ...env, AGENT_CLIENT_SECRET: `${secret}\n` }))
  expect(fault).toMatchObject({ code: 'WRONG_SECRET', fix: expect.stringContaining('line break') })
})

it('doctor:unreachable — nothing listens there', async () => {
  const fault = theFault(await doctor(environment('http://127.0.0.1:1')))
  expect(fault).toMatchObject({ check: 'authority', code: 'AUTHORITY_UNREACHABLE' })
  expect(fault.fix).toContain('lumojit dev')
})

it('doctor:unreachable — another server listens there', async () => {
  const page = await world.server((_, res) => res.end('<html>Welcome</html>'))
  const fault = theFault(await doctor(environment(page)))
  expect(fault).toMatchObject({ check: 'authority', code: 'NO_AUTHORITY' })
})

it('doctor:unreachable — the organization is not served there', async () => {
  const { env } = await standing()
  const fault = theFault(await doctor({ ...env, LUMOAUTH_ORG_ID: 'acne' }))
  expect(fault).toMatchObject({ code: 'ORGANIZATION_UNKNOWN' })
  expect(fault.says).toContain('acne')
})

const run = (env: NodeJS.ProcessEnv, ...args: string[]) =>
  new Promise<{ code: number; stdout: string }>((resolve) => {
    const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
    const preload = new URL('clock-off.mjs', import.meta.url).href
    const flags = ['--conditions=@lumojit/source', '--disable-warning=ExperimentalWarning']
    execFile(
      process.execPath,
      [...flags, `--import=${preload}`, bin, ...args],
      { cwd: shell.cwd, env: { PATH: process.env.PATH, HOME: shell.cwd, ...env } },
      (error, stdout) => resolve({ code: Number(error?.code ?? 0), stdout }),
    )
  })

it.each([
  [600_000, 'ahead of'],
  [-600_000, 'behind'],
])(
  'doctor:clock — this machine is off by %d ms, in a process whose clock really is',
  async (off, way) => {
    const { env, api } = await standing()
    const { code, stdout } = await run(
      { ...env, CLOCK_OFF_MS: String(off) },
      'doctor',
      `${api.url}/doc_1`,
    )
    expect(code).toBe(8)
    expect(stdout).toMatch(new RegExp(`CLOCK_OFF +This machine's clock is 10 min ${way}`))
    expect(stdout).toContain('timedatectl')
  },
)

it("doctor:clock — when only the API's clock is off, it is the API that is named", async () => {
  const { env } = await standing()
  const late = new Date(Date.now() - 600_000).toUTCString()
  const api = await world.server((_, res) => {
    res.sendDate = false
    res.setHeader('date', late).writeHead(200).end()
  })
  const fault = theFault(await doctor(env, api))
  expect(fault).toMatchObject({ check: 'clock', code: 'CLOCK_OFF' })
  expect(fault.says).toContain(`The clock of ${new URL(api).host} is 10 min behind`)
})

it('doctor:resource-not-listed — the authority gives no tokens for it', async () => {
  const { url, authority } = await world.authority({ resources: ['https://api.acme-corp.com'] })
  const api = await world.api({ issuer: authority.issuer })
  const fault = theFault(await doctor(environment(url), `${api.url}/doc_1`))
  expect(fault).toMatchObject({ check: `${api.url}/doc_1`, code: 'RESOURCE_NOT_LISTED' })
  expect(fault.fix).toContain(`Add ${api.url} to \`resources\``)
})

it('doctor:other-issuer — a guard that says whom it trusts', async () => {
  const { env } = await standing()
  const other = await world.authority({ org: 'other' })
  const home = await world.server((_, res) => {
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ authorization_servers: [other.authority.issuer] }))
  })
  const api = await world.server((req, res) => {
    if (req.url?.startsWith('/.well-known/oauth-protected-resource'))
      return void res.end(JSON.stringify({ authorization_servers: [other.authority.issuer] }))
    res.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${home}/elsewhere"` }).end()
  })
  const fault = theFault(await doctor(env, `${api}/doc_1`))
  expect(fault).toMatchObject({ code: 'GUARD_OTHER_ISSUER' })
  expect(fault.says).toContain(other.authority.issuer)
  expect(fault.fix).toContain(`createGuard({ issuer: '${env.LUMOAUTH_URL}/orgs/acme/api/v1'`)
})

it('doctor:other-issuer — a guard that says nothing refuses a fresh token', async () => {
  const { env, authority } = await standing()
  const other = await world.authority({ org: 'other' })
  const api = await world.api({ issuer: other.authority.issuer })
  const fault = theFault(await doctor(env, `${api.url}/doc_1`))
  expect(fault).toMatchObject({ check: `${api.url}/doc_1`, code: 'GUARD_OTHER_ISSUER' })
  expect(fault.fix).toContain(`issuer: '${authority.issuer}', audience: '${api.url}'`)
})

it('doctor:other-issuer — a name that differs by a slash is told apart from an issuer', async () => {
  const { env, authority } = await standing()
  const api = await world.api({ issuer: authority.issuer, slash: true })
  const fault = theFault(await doctor(env, `${api.url}/doc_1`))
  expect(fault).toMatchObject({ code: 'GUARD_OTHER_AUDIENCE' })
  expect(fault.says).toContain(`${api.url}/`)
})

it.each([
  ['/t/acme/api/v1', 'in the URL'],
  ['/t/acme', 'in the URL, short'],
])('doctor:t-path — %s used where /orgs is served, %s', async (path) => {
  const { env, url } = await standing()
  const fault = theFault(await doctor({ ...env, LUMOAUTH_URL: url + path }))
  expect(fault).toMatchObject({ check: 'authority', code: 'PATH_T' })
  expect(fault.fix).toContain(`Set LUMOAUTH_URL to ${url};`)
})

it('doctor:t-path — in the issuer of a guard', async () => {
  const { env, authority } = await standing()
  const api = await world.api({ issuer: authority.issuer.replace('/orgs/', '/t/') })
  const fault = theFault(await doctor(env, `${api.url}/doc_1`))
  expect(fault).toMatchObject({ check: `${api.url}/doc_1`, code: 'PATH_T' })
  expect(fault.fix).toContain(`issuer: '${authority.issuer}'`)
})

it('doctor:readable-by-others — a file with a secret, and how to mend it', async () => {
  const { env } = await standing()
  mkdirSync(join(shell.cwd, 'config', 'lumojit'), { recursive: true })
  const path = join(shell.cwd, 'config', 'lumojit', 'sign-in.json')
  shell.write('config/lumojit/sign-in.json', '{}')
  chmodSync(path, 0o640)
  const fault = theFault(await doctor({ ...env, XDG_CONFIG_HOME: join(shell.cwd, 'config') }))
  expect(fault).toMatchObject({ check: 'files', code: 'READABLE_BY_OTHERS' })
  expect(fault.fix).toBe(`Run: chmod 600 ${path}`)
})

const config = (api: string, more: object = {}) =>
  JSON.stringify({ client_secret: { file: 'bot.secret' }, resources: [{ url: api, ...more }] })

it('doctor:resource-not-listed — the agent itself may not go there', async () => {
  const { env, api } = await standing()
  shell.write('bot.secret', secret, 0o600)
  shell.write('lumojit.json', config('https://api.acme-corp.com'))
  const fault = theFault(await doctor(env, `${api.url}/doc_1`))
  expect(fault).toMatchObject({ check: `${api.url}/doc_1`, code: 'RESOURCE_NOT_LISTED' })
  expect(fault.fix).toBe(`Add ${api.url} to \`resources\` in lumojit.json.`)
})

it('doctor:shared-base — a shared base token is said, with what it gives away, and is not sent', async () => {
  const { env, api } = await standing()
  shell.write('bot.secret', secret, 0o600)
  shell.write('lumojit.json', config(api.url, { base_token: 'shared' }))
  const { code, summary, findings } = await doctor(env)
  expect(code).toBe(0)
  expect(summary).toMatchObject({ faults: 0, cares: 1 })
  expect(findings).toContainEqual(
    expect.objectContaining({ state: 'care', code: 'SHARED_BASE_TOKEN', check: api.url }),
  )
  expect(api.seen.flatMap(({ token }) => token ?? [])).toEqual([])
})

it('doctor:readable-by-others — the file that lumojit.json keeps the secret in', async () => {
  const { env, api } = await standing()
  shell.write('bot.secret', secret, 0o644)
  shell.write('lumojit.json', config(api.url))
  const fault = theFault(await doctor(env))
  expect(fault).toMatchObject({ code: 'READABLE_BY_OTHERS' })
  expect(fault.says).toContain("the agent's secret")
})

it('doctor: a lumojit.json that is wrong is named with its line', async () => {
  shell.write('lumojit.json', '{\n  "resorces": []\n}')
  const fault = theFault(await doctor({}))
  expect(fault).toMatchObject({ check: 'settings', code: 'SETTINGS_UNUSABLE' })
  expect(fault.says).toContain('lumojit.json:2:3')
})

it('doctor: settings that lack are all named', async () => {
  const fault = theFault(await doctor({ AGENT_CLIENT_ID: 'bot' }))
  expect(fault.says).toBe('LUMOAUTH_ORG_ID, AGENT_CLIENT_SECRET are not set.')
})

it('doctor: the secret goes over TLS or loopback alone', async () => {
  const fault = theFault(await doctor(environment('http://authority.test')))
  expect(fault).toMatchObject({ code: 'INSECURE_URL' })
})

it('doctor: an API that is not there, and one without a guard', async () => {
  const { env } = await standing()
  const bare = await world.server((_, res) => res.writeHead(403).end())
  const { findings } = await doctor(env, 'http://127.0.0.1:1/doc', bare)
  const faults = findings.filter(({ state }) => state === 'fault')
  expect(faults.map(({ code }) => code)).toEqual(['RESOURCE_UNREACHABLE', 'GUARD_REFUSES'])
})

it('doctor: an old Node is named', () => {
  expect(checkNode('22.17.1')).toMatchObject({ state: 'fault', code: 'NODE_OLD' })
  expect(checkNode('22.18.0')).toMatchObject({ state: 'well' })
  expect(checkNode('24.0.0')).toMatchObject({ state: 'well' })
})

it('doctor for a person: a mark, a name, a sentence and the fix', async () => {
  const { env } = await standing()
  const { stdout } = await shell.run(['doctor'], { env: { ...env, AGENT_CLIENT_SECRET: 'no' } })
  expect(stdout).toMatch(
    /^✗ secret +WRONG_SECRET {2}The authority refuses bot with this secret\.$/m,
  )
  expect(stdout).toMatch(/^ +Fix: See that AGENT_CLIENT_ID is right;/m)
  expect(stdout).toMatch(/^1 to mend\.$/m)
})
