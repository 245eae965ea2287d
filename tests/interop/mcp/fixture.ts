import { createWorld } from '@lumojit/conformance'
import { createGateway, type Gateway } from '@lumojit/mcp'
import { serveHttp } from '@lumojit/mcp/node'
import { fromJsonSchema } from '@modelcontextprotocol/server'

const text = (value: string) => ({ type: 'text' as const, text: value })
/** One red pixel, and a second of nothing: what they say is not looked at. */
const image = {
  type: 'image' as const,
  data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  mimeType: 'image/png',
}
const audio = {
  type: 'audio' as const,
  data: 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=',
  mimeType: 'audio/wav',
}
const resource = {
  type: 'resource' as const,
  resource: {
    uri: 'test://embedded-resource',
    mimeType: 'text/plain',
    text: 'This is an embedded resource content.',
  },
}

/** The tools that the suite looks for by name, as far as a gateway's tools can do what they are to do. */
function addFixtures(gateway: Gateway): void {
  gateway.tool('test_simple_text', { description: 'Text' }, () => ({
    content: [text('This is a simple text response for testing.')],
  }))
  gateway.tool('test_image_content', { description: 'An image' }, () => ({ content: [image] }))
  gateway.tool('test_audio_content', { description: 'Sound' }, () => ({ content: [audio] }))
  gateway.tool('test_embedded_resource', { description: 'A resource' }, () => ({
    content: [resource],
  }))
  gateway.tool('test_multiple_content_types', { description: 'Several' }, () => ({
    content: [text('Multiple content types test:'), image, resource],
  }))
  gateway.tool('test_error_handling', { description: 'A failure' }, () => {
    throw new Error('This tool intentionally returns an error for testing')
  })
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: {
      address: {
        $anchor: 'addressDef',
        type: 'object',
        properties: { street: { type: 'string' }, city: { type: 'string' } },
      },
    },
    properties: {
      name: { type: 'string' },
      address: { $ref: '#/$defs/address' },
      contactMethod: { type: 'string', enum: ['phone', 'email'] },
      phone: { type: 'string' },
      email: { type: 'string' },
    },
    allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
    if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word.
    then: { required: ['phone'] },
    else: { required: ['email'] },
    additionalProperties: false,
  }
  const region = { type: 'string', 'x-mcp-header': 'Region' }
  const headed = fromJsonSchema({ type: 'object', properties: { region } } as never)
  gateway.tool('headed', { description: 'A header', inputSchema: headed }, () => 'ok')
  const inputSchema = fromJsonSchema(schema as never)
  gateway.tool('json_schema_2020_12_tool', { description: 'A schema', inputSchema }, () => 'ok')
}

/** A gateway with those tools, and one that needs a permission. */
export async function openFixture(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const world = await createWorld({ http: true })
  const gateway = createGateway({ jit: world.jit() })
  addFixtures(gateway)
  gateway.tool('read_document', { description: 'Read a document' }, (_, { jit }) =>
    jit.fetch(`${world.api.url}/v1/documents/one`),
  )
  const running = await serveHttp(gateway)
  return {
    url: `${running.url}/mcp`,
    close: async () => {
      await running.close()
      await world.close()
    },
  }
}
