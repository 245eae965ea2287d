import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGateway, type OpenApiOptions } from '../src/index.ts'
import { openStage, type Stage, textOf } from './stage.ts'

const ok = { '200': { description: 'ok' } }
const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const text = { type: 'string' }
const idIn = (place: string, name = 'id') => ({ name, in: place, required: true, schema: text })

/** A document of version 3.0 with a bit of everything. */
const spec = {
  openapi: '3.0.3',
  info: { title: 'Acme', version: '1' },
  components: {
    securitySchemes: {
      key: { type: 'apiKey', in: 'query', name: 'api_key' },
      header: { type: 'apiKey', in: 'header', name: 'X-Acme-Key' },
    },
    parameters: { Id: idIn('path') },
    schemas: {
      Node: {
        type: 'object',
        properties: {
          name: { type: 'string', nullable: true },
          children: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
        },
      },
      Invoice: {
        type: 'object',
        required: ['id'],
        properties: {
          id: text,
          nullable: { type: 'boolean' },
          amount: { type: 'number', minimum: 0, exclusiveMinimum: true },
          tree: { $ref: '#/components/schemas/Node' },
        },
      },
    },
  },
  paths: {
    '/v1/documents/{id}': {
      parameters: [{ $ref: '#/components/parameters/Id' }],
      get: {
        operationId: 'readDocument',
        summary: 'Read a document',
        parameters: [
          { name: 'part', in: 'query', schema: { type: 'array', items: text } },
          { name: 'near', in: 'query', style: 'deepObject', schema: { type: 'object' } },
          { name: 'api_key', in: 'query', required: true, schema: text },
          { name: 'x-acme-key', in: 'header', schema: text },
          { name: 'Authorization', in: 'header', schema: text },
          { name: 'session', in: 'cookie', schema: text },
          { name: 'X-Trace', in: 'header', schema: text },
        ],
        responses: ok,
      },
      delete: { responses: ok },
    },
    '/v1/payments': {
      post: {
        operationId: 'pay invoice!',
        requestBody: { required: true, ...json({ $ref: '#/components/schemas/Invoice' }) },
        responses: ok,
      },
    },
    '/v1/uploads': {
      post: { operationId: 'upload', requestBody: { content: { 'image/png': {} } }, responses: ok },
    },
    '/v1/lost/{what}': { get: { operationId: 'lost', responses: ok } },
  },
}

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

async function withTools(document: object = spec, options: OpenApiOptions = {}) {
  const gateway = createGateway({ jit: stage.world.jit(), maxBlockMs: 500 })
  stage.swap(() => gateway)
  const report = gateway.openapi(document, { baseUrl: stage.world.api.url, ...options })
  const client = await stage.client()
  const call = async (name: string, args: object) =>
    client.callTool({ name, arguments: { ...args } })
  return { report, client, call }
}
const arrived = () => stage.world.api.seen().at(-1)

it('an operation becomes a tool; what cannot is told with its reason', async () => {
  const { report, client } = await withTools()
  expect(report).toEqual({
    tools: ['readDocument', 'delete__v1_documents_id', 'pay_invoice'],
    skipped: [
      { method: 'post', path: '/v1/uploads', why: 'Its body is image/png, not JSON.' },
      {
        method: 'get',
        path: '/v1/lost/{what}',
        why: 'The path names {what}, and no parameter does.',
      },
    ],
  })
  const { tools } = await client.listTools()
  expect(tools[0]).toMatchObject({
    name: 'readDocument',
    description: 'Read a document',
    annotations: { readOnlyHint: true, destructiveHint: false },
  })
  expect(tools[2]?.inputSchema).toEqual({
    type: 'object',
    properties: { body: { $ref: '#/$defs/Invoice' } },
    required: ['body'],
    additionalProperties: false,
    $defs: {
      Invoice: {
        type: 'object',
        required: ['id'],
        properties: {
          id: text,
          nullable: { type: 'boolean' },
          amount: { type: 'number', exclusiveMinimum: 0 },
          tree: { $ref: '#/$defs/Node' },
        },
      },
      Node: {
        type: 'object',
        properties: {
          name: { type: ['string', 'null'] },
          children: { type: 'array', items: { $ref: '#/$defs/Node' } },
        },
      },
    },
  })
})

it('gateway:openapi-no-credentials — parameters that are credentials are nobody’s to write', async () => {
  const { client, call } = await withTools()
  const { tools } = await client.listTools()
  expect(Object.keys(tools[0]?.inputSchema.properties ?? {})).toEqual([
    'id',
    'part',
    'near',
    'X-Trace',
  ])
  const refused = await call('readDocument', { id: 'd', Authorization: 'Bearer mine' })
  expect(refused.isError).toBe(true)
  expect(stage.world.api.seen()).toEqual([])
})

it('arguments arrive where the document puts them', async () => {
  const { call } = await withTools()
  const told = await call('readDocument', {
    id: 'a/b?c#d é',
    part: ['x', 'y&z'],
    near: { lat: '1', lon: '2' },
    'X-Trace': 't',
  })
  expect(told.isError).toBeFalsy()
  expect(arrived()?.path).toBe(
    '/v1/documents/a%2Fb%3Fc%23d%20%C3%A9?part=x&part=y%26z&near%5Blat%5D=1&near%5Blon%5D=2',
  )
  await call('pay_invoice', { body: { id: '7', tree: { name: null, children: [{}] } } })
  expect(JSON.parse(arrived()?.body ?? '')).toEqual({
    id: '7',
    tree: { name: null, children: [{}] },
  })
  expect((await call('pay_invoice', { body: { id: '7', amount: 0 } })).isError).toBe(true)
})

it.each([
  '..',
  '.',
  '',
  '../payments',
  'x/../../payments',
  '..\\payments',
  '%2e%2e',
  '%252e%252e%252fpayments',
  'a\u0000b',
])(
  'gateway:openapi-stays-put — %j as a segment of a path is refused before anything is sent',
  async (id) => {
    const { call } = await withTools()
    const told = await call('readDocument', { id })
    expect(told.isError).toBe(true)
    expect(textOf(told)).toContain('would lead to another path')
    expect(stage.world.api.seen()).toEqual([])
  },
)

it('gateway:openapi-limits — a body or an answer beyond the limit is refused', async () => {
  const { call } = await withTools(spec, { maxRequestBytes: 100 })
  const large = await call('pay_invoice', { body: { id: 'x'.repeat(100) } })
  expect(textOf(large)).toBe('The body is larger than 100 bytes.')
  expect(stage.world.api.seen()).toEqual([])
  for (const headers of [{}, { 'content-length': '2000000' }]) {
    stage.world.api.script(
      '/v1/documents/d',
      () => new Response('x'.repeat(2_000_000), { headers }),
    )
    expect(textOf(await call('readDocument', { id: 'd' }))).toContain('larger than 1000000 bytes')
  }
})

it('what the API answers is told as it is; no text is no result', async () => {
  const { call } = await withTools()
  stage.world.api.script(
    '/v1/documents/d',
    () =>
      new Response('{"error":"gone"}', {
        status: 410,
        headers: { 'content-type': 'application/json' },
      }),
  )
  const gone = await call('readDocument', { id: 'd' })
  expect([gone.isError, textOf(gone)]).toEqual([true, 'HTTP 410 Gone\n{"error":"gone"}'])
  stage.world.api.script(
    '/v1/documents/d',
    () => new Response(new Uint8Array(9), { headers: { 'content-type': 'image/png' } }),
  )
  expect(textOf(await call('readDocument', { id: 'd' }))).toContain('the answer is image/png')
})

describe('choosing', () => {
  it('by name, by filter, with a prefix; a name nobody has is an error', async () => {
    const only = (options: OpenApiOptions) => async () =>
      (await withTools(spec, options)).report.tools
    await expect(only({ include: ['readDocument'], prefix: 'acme_' })()).resolves.toEqual([
      'acme_readDocument',
    ])
    await expect(only({ exclude: ['pay_invoice'] })()).resolves.not.toContain('pay_invoice')
    await expect(only({ filter: ({ method }) => method === 'get' })()).resolves.toEqual([
      'readDocument',
    ])
    await expect(only({ include: ['nothing'] })()).rejects.toThrow(
      'No operation is called "nothing"',
    )
    await expect(only({ maxTools: 2 })()).rejects.toThrow('has 3 operations')
  })

  it.each([
    ['https://elsewhere.example/schemas.json#/Invoice', 'leads out of the document'],
    ['./invoice.yaml', 'leads out of the document'],
    ['#/components/schemas/Nothing', 'leads nowhere'],
    ['#/components/schemas/__proto__', 'leads nowhere'],
  ])('gateway:openapi-nothing-fetched — %s', async ($ref, message) => {
    const paths = {
      '/x': { post: { operationId: 'x', requestBody: json({ $ref }), responses: ok } },
    }
    await expect(withTools({ ...spec, paths })).rejects.toThrow(message)
  })

  it('a document that leads to itself, is of another kind or has no place is refused', async () => {
    const loop = {
      '/x': {
        get: {
          operationId: 'x',
          parameters: [{ $ref: '#/components/parameters/A' }],
          responses: ok,
        },
      },
    }
    const components = { parameters: { A: { $ref: '#/components/parameters/A' } } }
    await expect(withTools({ ...spec, components, paths: loop })).rejects.toThrow('leads to itself')
    await expect(withTools({ swagger: '2.0' })).rejects.toThrow('no OpenAPI 3.x document')
    await expect(withTools(spec, { baseUrl: '' })).rejects.toThrow('does not say where its API is')
  })
})
