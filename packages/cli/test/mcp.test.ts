import { createWorld, type World } from '@lumojit/conformance'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { commandLine } from './command-line.ts'

const SPEC = `
openapi: 3.1.0
info: { title: Acme, version: '1' }
paths:
  /v1/documents/{id}:
    get:
      operationId: readDocument
      summary: Read a document
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: ok } }
  /v1/payments:
    post:
      operationId: pay
      summary: Pay an invoice
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, properties: { invoice: { type: string } } } } }
      responses: { '200': { description: ok } }
  /v1/upload:
    post:
      operationId: upload
      requestBody: { content: { image/png: {} } }
      responses: { '200': { description: ok } }
`

let world: World
let cli: ReturnType<typeof commandLine>
beforeEach(async () => {
  world = await createWorld({ http: true })
  cli = commandLine()
  cli.write('acme.yaml', SPEC)
})
afterEach(async () => {
  cli.close()
  await world.close()
})

/** The config of an agent of this world. */
function config(more: object = {}): string {
  const { url, org, clientId, resources } = JSON.parse(world.env())
  return JSON.stringify({
    authority: url,
    organization: org,
    client_id: clientId,
    client_secret: { env: 'THE_SECRET' },
    resources,
    openapi: { base_url: world.api.url },
    ...more,
  })
}
const env = () => ({ THE_SECRET: JSON.parse(world.env()).clientSecret })

/** Runs the command until `use` is done with it. */
async function serving(
  args: readonly string[],
  use: (url: string) => Promise<void>,
  more: Readonly<Record<string, string>> = {},
) {
  const stop = new AbortController()
  let told = (_: string) => {}
  const ready = new Promise<string>((resolve) => {
    told = resolve
  })
  const running = cli.run(args, {
    env: { ...env(), ...more },
    stop: stop.signal,
    onWrite: (text) => told(text),
  })
  try {
    const line = await Promise.race([
      ready,
      running.then(({ stderr }) => Promise.reject(new Error(stderr))),
    ])
    await use(JSON.parse(line).url)
  } finally {
    stop.abort()
  }
  return running
}

it('serves an OpenAPI document over HTTP; when it is stopped nothing that was granted lives on', async () => {
  cli.write('lumojit.json', config())
  const args = ['mcp', '--openapi', 'acme.yaml', '--http', '127.0.0.1:0', '--json']
  const { code, stderr } = await serving(args, async (url) => {
    const client = new Client({ name: 'c', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    await client.connect(new StreamableHTTPClientTransport(new URL(url)))
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['readDocument', 'pay'])
    const told = await client.callTool({ name: 'readDocument', arguments: { id: 'd 1' } })
    expect(told.content).toEqual([{ type: 'text', text: '{"text":"text of d 1"}' }])
    expect(await world.alive()).not.toEqual([])
    await client.close()
  })
  expect(code).toBe(0)
  expect(stderr).toContain('POST /v1/upload is no tool. Its body is image/png, not JSON.')
  expect(await world.alive()).toEqual([])
})

it('cli:mcp-closed-by-default — on an address of the network nobody is let in without a name', async () => {
  cli.write('lumojit.json', config())
  const { code, stderr } = await cli.run(['mcp', '--openapi', 'acme.yaml', '--http', '0.0.0.0:0'], {
    env: env(),
  })
  expect(code).toBe(3)
  expect(stderr).toContain('Everybody who reaches 0.0.0.0 could use this agent')
})

it('a program that was given a token comes in by it, and nobody else', async () => {
  const auth = {
    resource: 'http://127.0.0.1/mcp',
    clients: [{ id: 'crew', token: { env: 'CREW' } }],
  }
  cli.write('lumojit.json', config({ gateway: { auth } }))
  const args = ['mcp', '--openapi', 'acme.yaml', '--http', '127.0.0.1:0', '--json']
  const CREW = 'the-token-of-the-crew-program'
  const { code } = await serving(
    args,
    async (url) => {
      expect((await fetch(url, { method: 'POST' })).status).toBe(401)
      const headers = { authorization: `Bearer ${CREW}` }
      const client = new Client({ name: 'c', version: '1' })
      await client.connect(
        new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
      )
      expect((await client.listTools()).tools).toHaveLength(2)
      await client.close()
    },
    { CREW },
  )
  expect(code).toBe(0)
})

it('a document that cannot be read is named with its line; a port in use is another end', async () => {
  cli.write('lumojit.json', config())
  cli.write('broken.yaml', 'openapi: 3.1.0\npaths: [\n')
  const broken = await cli.run(['mcp', '--openapi', 'broken.yaml'], { env: env() })
  expect(broken).toMatchObject({ code: 3, stdout: '' })
  expect(broken.stderr).toMatch(/broken\.yaml:\d+:\d+ is neither YAML nor JSON/)
  const missing = await cli.run(['mcp', '--openapi', 'none.yaml'], { env: env() })
  expect(missing.stderr).toContain('none.yaml cannot be read.')
  const taken = new URL(world.api.url).host
  const used = await cli.run(['mcp', '--openapi', 'acme.yaml', '--http', taken], { env: env() })
  expect(used).toMatchObject({ code: 4 })
})
