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
async function serving(args: readonly string[], use: (url: string) => Promise<void>) {
  const stop = new AbortController()
  let told = (_: string) => {}
  const ready = new Promise<string>((resolve) => {
    told = resolve
  })
  const running = cli.run(args, { env: env(), stop: stop.signal, onWrite: (text) => told(text) })
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
