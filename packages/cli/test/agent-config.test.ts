import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needAgentConfig } from '../src/agent-config.ts'
import { openEngine } from '../src/agent-engine.ts'
import { readListen } from '../src/listen-address.ts'
import { commandLine } from './command-line.ts'

let cli: ReturnType<typeof commandLine>
beforeEach(() => {
  cli = commandLine()
})
afterEach(() => cli.close())

const read = (text: string, env: Readonly<Record<string, string>> = {}) => {
  cli.write('lumojit.json', text)
  return needAgentConfig('lumojit.json', { cwd: cli.cwd, env } as never)
}
const whole = {
  $schema: 'lumojit.schema.json',
  authority: 'http://127.0.0.1:4000',
  organization: 'acme',
  client_id: 'tools',
  client_secret: { env: 'THE_SECRET' },
  resources: [
    'https://api.acme-corp.com',
    {
      url: 'http://127.0.0.1:5000',
      audience: 'https://b.example',
      types: ['t'],
      base_token: 'none',
    },
  ],
  on_behalf_of: 'alice@acme-corp.com',
  task_name: 'Tools',
  pending: 'block',
  max_block: '8s',
  ttl: '5m',
  budget: { requests: 9, open: 2 },
  gateway: {
    name: 'acme',
    instructions: 'Read before you pay.',
    idle: '1h',
    park: '30s',
    hosts: ['tools.acme-corp.com'],
    origins: ['console.acme-corp.com'],
    auth: {
      resource: 'http://127.0.0.1:8080/mcp',
      clients: [{ id: 'crew', token: { file: 'crew' } }],
    },
  },
  openapi: {
    base_url: 'http://127.0.0.1:5000',
    include: ['a'],
    exclude: ['b'],
    prefix: 'x_',
    max_tools: 7,
  },
}

it('every member is read; secrets come from where the file says they are', () => {
  cli.write('crew', 'the-token-of-the-crew-program\n')
  const config = read(JSON.stringify(whole), { THE_SECRET: 's3cret', AGENT_CLIENT_SECRET: 'other' })
  expect(config).toEqual({
    authority: {
      url: 'http://127.0.0.1:4000',
      org: 'acme',
      clientId: 'tools',
      clientSecret: 's3cret',
    },
    resources: [
      { url: 'https://api.acme-corp.com' },
      {
        url: 'http://127.0.0.1:5000',
        audience: 'https://b.example',
        types: ['t'],
        baseToken: 'none',
      },
    ],
    onBehalfOf: 'alice@acme-corp.com',
    taskName: 'Tools',
    pending: 'block',
    maxBlockMs: 8_000,
    ttlSeconds: 300,
    budget: { requests: 9, open: 2 },
    gateway: {
      name: 'acme',
      instructions: 'Read before you pay.',
      idleMs: 3_600_000,
      parkMs: 30_000,
      hosts: ['tools.acme-corp.com'],
      origins: ['console.acme-corp.com'],
      auth: {
        resource: 'http://127.0.0.1:8080/mcp',
        clients: [{ id: 'crew', token: 'the-token-of-the-crew-program' }],
      },
    },
    openapi: {
      baseUrl: 'http://127.0.0.1:5000',
      include: ['a'],
      exclude: ['b'],
      prefix: 'x_',
      maxTools: 7,
    },
  })
})

it('what is left out is read from the variables every agent knows', () => {
  const env = {
    LUMOAUTH_URL: 'http://127.0.0.1:4000',
    LUMOAUTH_TENANT: 'acme',
    AGENT_CLIENT_ID: 'tools',
    AGENT_CLIENT_SECRET: 's3cret',
  }
  const config = read('resources: [https://api.acme-corp.com]', env)
  expect(config.authority).toEqual({
    url: 'http://127.0.0.1:4000',
    org: 'acme',
    clientId: 'tools',
    clientSecret: 's3cret',
  })
  expect(openEngine(config).authority.id).toBe('http://127.0.0.1:4000/orgs/acme/api/v1')
})

it('cli:config-names-the-line — every mistake with its place, and never what stands there', () => {
  const text = `{
  "resources": [],
  "authrity": "http://127.0.0.1:4000",
  "client_secret": "hunter2-in-plain-sight",
  "pending": "never",
  "max_block": "soon",
  "gateway": { "auth": { "resource": "http://127.0.0.1:8080/mcp" } },
  "budget": { "open": "two" }
}`
  let said = ''
  try {
    read(text)
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', exit: 3 })
    said = String(error)
  }
  for (const line of [
    'lumojit.json:2:16 resources: List at least one API',
    'lumojit.json:3:3 authrity: Unknown.',
    'lumojit.json:4:20 client_secret: Expected { "env": NAME } or { "file": PATH }',
    'lumojit.json:5:14 pending: Expected one of auto, elicit, block, result.',
    'lumojit.json:6:16 max_block: Expected a time such as',
    'lumojit.json:7:24 gateway.auth.issuer: Give `issuer`',
    'lumojit.json:8:23 budget.open: Expected a whole number.',
  ])
    expect(said).toContain(line)
  expect(said).not.toContain('hunter2')
})

it.each([
  [
    '{ "resources": ["https://a.example"], "client_secret": { "env": "NOT_SET" } }',
    'The variable NOT_SET is not there, or empty.',
  ],
  [
    '{ "resources": ["https://a.example"], "client_secret": { "file": "none" } }',
    'The file none is not there, or empty.',
  ],
  [
    '{ "resources": ["https://a.example"], "client_secret": { } }',
    'Expected `env` or `file`, one of the two.',
  ],
  ['{ "resources": ["https://a.example"], "ttl": "1h" }', 'at most 15m'],
  ['{ "resources": ["https://a.example" ', 'neither YAML nor JSON'],
])('%s', (text, message) => {
  expect(() => read(text)).toThrow(message)
})

it('a file that is not there, an engine that cannot be', async () => {
  expect(() => needAgentConfig('none.json', { cwd: cli.cwd, env: {} } as never)).toThrow(
    'There is no none.json',
  )
  const config = read(
    '{ "authority": "http://auth.example", "resources": ["https://a.example"], "organization": "o", "client_id": "c" }',
    { AGENT_CLIENT_SECRET: 's' },
  )
  expect(() => openEngine(config)).toThrow(/unprotected/)
})

describe('the JSON Schema', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../schema/lumojit.schema.json', import.meta.url), 'utf8'),
  )
  /** Every member that a schema, or a value, names, by its path. */
  const named = (
    node: { properties?: object; items?: object; anyOf?: object[] },
    at = '',
  ): string[] => [
    ...Object.entries(node.properties ?? {}).flatMap(([name, each]) => [
      `${at}${name}`,
      ...named(each, `${at}${name}.`),
    ]),
    ...[node.items ?? [], node.anyOf ?? []].flat().flatMap((each) => named(each as never, at)),
  ]
  const members = (value: unknown, at = ''): string[] =>
    Array.isArray(value)
      ? value.flatMap((each) => members(each, at))
      : typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, each]) => [
            `${at}${name}`,
            ...members(each, `${at}${name}.`),
          ])
        : []

  it('lists what the reader takes', () => {
    const alternatives = [
      'client_secret.file',
      'gateway.auth.issuer',
      'gateway.auth.clients.token.env',
    ]
    const taken = new Set([...members(whole), ...alternatives])
    expect([...new Set(named(schema))].toSorted()).toEqual([...taken].toSorted())
  })
})

it.each([
  ['8080', { host: '127.0.0.1', port: 8080, loopback: true }],
  ['localhost:0', { host: 'localhost', port: 0, loopback: true }],
  ['[::1]:80', { host: '::1', port: 80, loopback: true }],
  ['0.0.0.0:8080', { host: '0.0.0.0', port: 8080, loopback: false }],
  ['127.0.0.1.nip.io:1', { host: '127.0.0.1.nip.io', port: 1, loopback: false }],
])('--http %s', (text, expected) => {
  expect(readListen(text)).toEqual(expected)
})
