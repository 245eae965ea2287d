import { fromJsonSchema, type JsonSchemaType } from '@modelcontextprotocol/server'
import { invalid } from '../options.ts'
import type { ToolDefinition, ToolExtra } from '../tool-definition.ts'
import { apiRequest } from './api-request.ts'
import { asNode, Document, listOf, textOf } from './document.ts'
import { standalone } from './json-schema.ts'
import { type Operation, operationsOf, type SkippedOperation } from './operation.ts'

export type { SkippedOperation } from './operation.ts'

export interface OpenApiOptions {
  /** Where the API is; its origin must be a listed resource. Default: the document's first server, if that is an absolute URL. */
  readonly baseUrl?: string
  /** Names of the tools to make. Default: all. A name that is no operation's is an error. */
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  /** By anything else. */
  readonly filter?: (operation: Pick<Operation, 'name' | 'method' | 'path' | 'tags'>) => boolean
  /** Before every name, so that two documents can share a gateway. */
  readonly prefix?: string
  /** Models choose badly among many. Default 100; more is an error. */
  readonly maxTools?: number
  /** Bytes of a request's body. Default 1,000,000. */
  readonly maxRequestBytes?: number
}

export interface OpenApiReport {
  readonly tools: readonly string[]
  readonly skipped: readonly SkippedOperation[]
}

/** A document's operations as tools. Throws `CONFIG_INVALID` for one that cannot be used. */
export function openApiTools(
  given: unknown,
  options: OpenApiOptions,
): { readonly tools: readonly ToolDefinition[]; readonly report: OpenApiReport } {
  const { prefix = '', maxTools = 100, maxRequestBytes = 1_000_000 } = options
  const document = new Document(given)
  const base = readBase(document, options.baseUrl)
  const { operations, skipped } = operationsOf(document)
  const wanted = choose(operations, options)
  if (wanted.length > maxTools) {
    throw invalid(
      `The document has ${wanted.length} operations, and at most ${maxTools} become tools.`,
      'Choose with `include` or `filter`, or raise `maxTools`.',
    )
  }
  const tools = wanted.map((operation) =>
    toolOf(document, operation, { base, prefix, maxRequestBytes }),
  )
  return { tools, report: { tools: tools.map(({ name }) => name), skipped } }
}

function choose(
  operations: readonly Operation[],
  { include, exclude = [], filter }: OpenApiOptions,
): readonly Operation[] {
  const known = new Set(operations.map(({ name }) => name))
  const unknown = [...(include ?? []), ...exclude].find((name) => !known.has(name))
  if (unknown !== undefined) {
    throw invalid(
      `No operation is called ${JSON.stringify(unknown)}.`,
      `Known here: ${[...known].slice(0, 20).join(', ')}${known.size > 20 ? ', …' : ''}.`,
    )
  }
  return operations.filter(
    (operation) =>
      (include?.includes(operation.name) ?? true) &&
      !exclude.includes(operation.name) &&
      (filter?.(operation) ?? true),
  )
}

function toolOf(
  document: Document,
  operation: Operation,
  how: { readonly base: URL; readonly prefix: string; readonly maxRequestBytes: number },
): ToolDefinition {
  const { name, title, description, method, path } = operation
  const justification =
    title === undefined
      ? `${method.toUpperCase()} ${path}`
      : `${title} (${method.toUpperCase()} ${path})`
  return {
    name: `${how.prefix}${name}`,
    options: {
      ...(title === undefined ? {} : { title }),
      description,
      inputSchema: fromJsonSchema(inputSchema(document, operation)),
      // No output schema: an answer that does not fit would be an error after its effect.
      annotations: {
        readOnlyHint: method === 'get',
        destructiveHint: method === 'delete',
        idempotentHint: method !== 'post' && method !== 'patch',
        openWorldHint: true,
      },
    },
    handler: async (input: never, { jit }: ToolExtra) => {
      const { url, init } = apiRequest(operation, input, how.base, how.maxRequestBytes)
      return jit.fetch(url, { ...init, justification })
    },
  }
}

function inputSchema(document: Document, { parameters, body }: Operation): JsonSchemaType {
  const members = [...parameters, ...(body ? [body] : [])]
  const required = members.filter((each) => each.required).map(({ member }) => member)
  return standalone(document, {
    type: 'object',
    properties: Object.fromEntries(members.map(({ member, schema }) => [member, schema])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  }) as JsonSchemaType
}

function readBase(document: Document, baseUrl: string | undefined): URL {
  const [server] = listOf(document.root.servers)
  const url = baseUrl ?? textOf(asNode(server).url)
  if (url !== undefined && URL.canParse(url) && !/[?#{]/.test(url)) return new URL(url)
  throw invalid(
    'The document does not say where its API is.',
    'Pass `baseUrl`, an absolute URL without query, fragment and variables.',
  )
}
