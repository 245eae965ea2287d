import { asNode, type Document, listOf, type Node, textOf } from './document.ts'

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const
export type Method = (typeof METHODS)[number]

/** A parameter of the API as a member of the tool's input. */
export interface Parameter {
  readonly member: string
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly style: string
  readonly explode: boolean
  /** Its value is sent as JSON text. */
  readonly json: boolean
  readonly required: boolean
  readonly schema: Node
}

export interface Body {
  readonly member: string
  readonly contentType: string
  readonly required: boolean
  readonly schema: Node
}

/** One operation that can be made a tool. */
export interface Operation {
  readonly name: string
  readonly method: Method
  readonly path: string
  readonly tags: readonly string[]
  readonly title: string | undefined
  readonly description: string
  readonly parameters: readonly Parameter[]
  readonly body: Body | undefined
}

/** One that cannot, and why. */
export interface SkippedOperation {
  readonly method: string
  readonly path: string
  readonly why: string
}

/** Ours to choose, or somebody's credentials: never a model's to write. */
const OWN_HEADERS =
  /^(?:authorization|proxy-authorization|cookie|host|accept|content-type|content-length|connection|transfer-encoding|idempotency-key|dpop)$/i

/** Every operation of a document, in its order. */
export function operationsOf(document: Document): {
  readonly operations: readonly Operation[]
  readonly skipped: readonly SkippedOperation[]
} {
  const operations: Operation[] = []
  const skipped: SkippedOperation[] = []
  const names = new Set<string>()
  for (const [path, held] of Object.entries(asNode(document.root.paths))) {
    const item = document.resolve(held)
    for (const method of METHODS) {
      if (item[method] === undefined) continue
      const operation = asNode(item[method])
      const read = readOperation(document, { item, operation, method, path }, names)
      if (typeof read === 'string') skipped.push({ method, path, why: read })
      else operations.push(read)
    }
  }
  return { operations, skipped }
}

interface Place {
  readonly item: Node
  readonly operation: Node
  readonly method: Method
  readonly path: string
}

function readOperation(
  document: Document,
  { item, operation, method, path }: Place,
  names: Set<string>,
): Operation | string {
  const parameters = readParameters(document, item, operation)
  if (typeof parameters === 'string') return parameters
  const body = readBody(document, operation, parameters)
  if (typeof body === 'string') return body
  const named = new Set(parameters.filter((each) => each.in === 'path').map(({ name }) => name))
  const unknown = [...path.matchAll(/\{([^}]*)\}/g)].find(([, name = '']) => !named.has(name))
  if (unknown) return `The path names ${unknown[0]}, and no parameter does.`
  const summary = textOf(operation.summary)
  const told = [summary, textOf(operation.description)].filter(Boolean).join('\n')
  return {
    name: nameOf(textOf(operation.operationId) ?? `${method}_${path}`, names),
    method,
    path,
    tags: listOf(operation.tags).filter((tag): tag is string => typeof tag === 'string'),
    title: summary,
    description: (told || `${method.toUpperCase()} ${path}`).slice(0, 2_000),
    parameters,
    body,
  }
}

/** Those of the operation replace those of its path, by place and name. */
function readParameters(
  document: Document,
  item: Node,
  operation: Node,
): readonly Parameter[] | string {
  const all = new Map<string, Node>()
  for (const held of [...listOf(item.parameters), ...listOf(operation.parameters)]) {
    const parameter = document.resolve(held)
    all.set(`${parameter.in} ${parameter.name}`, parameter)
  }
  const credentials = credentialsOf(document)
  const members = new Set<string>()
  const found: Parameter[] = []
  for (const [key, parameter] of all) {
    const { name, in: place } = parameter
    if (typeof name !== 'string' || place === 'cookie') continue
    if (credentials.has(key.toLowerCase())) continue
    if (place === 'header' && OWN_HEADERS.test(name)) continue
    if (place !== 'path' && place !== 'query' && place !== 'header') continue
    const json = parameter.schema === undefined && parameter.content !== undefined
    const [content] = Object.values(asNode(parameter.content))
    const style = textOf(parameter.style) ?? (place === 'query' ? 'form' : 'simple')
    if (place === 'path' && style !== 'simple')
      return `The style ${style} of ${name} is not known here.`
    const member = members.has(name) ? `${place}_${name}` : name
    members.add(member)
    const schema = asNode(json ? asNode(content).schema : parameter.schema)
    const description = textOf(parameter.description)
    found.push({
      member,
      name,
      in: place,
      style,
      explode: typeof parameter.explode === 'boolean' ? parameter.explode : style === 'form',
      json,
      required: place === 'path' || parameter.required === true,
      schema: { ...schema, ...(description === undefined ? {} : { description }) },
    })
  }
  return found
}

/** Keys that the API takes as parameters: the operator's, never a model's. */
function credentialsOf(document: Document): ReadonlySet<string> {
  const schemes = Object.values(asNode(asNode(document.root.components).securitySchemes))
  return new Set(
    schemes
      .map((held) => document.resolve(held))
      .filter(({ type }) => type === 'apiKey')
      .map(({ in: place, name }) => `${place} ${name}`.toLowerCase()),
  )
}

function readBody(
  document: Document,
  operation: Node,
  parameters: readonly Parameter[],
): Body | undefined | string {
  if (operation.requestBody === undefined) return undefined
  const { content, required } = document.resolve(operation.requestBody)
  const types = Object.keys(asNode(content))
  const contentType =
    types.find((type) => /^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) ??
    types.find((type) => /^application\/x-www-form-urlencoded\b/i.test(type))
  if (contentType === undefined) return `Its body is ${types.join(', ') || 'of no type'}, not JSON.`
  const taken = parameters.some(({ member }) => member === 'body')
  return {
    member: taken ? 'request_body' : 'body',
    contentType,
    required: required === true,
    schema: asNode(asNode(asNode(content)[contentType]).schema),
  }
}

/** What every client takes for a name; a second of the same is numbered. */
function nameOf(wanted: string, names: Set<string>): string {
  const base =
    wanted
      .replace(/[^\w.-]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 58) || 'operation'
  let name = base
  for (let nth = 2; names.has(name); nth += 1) name = `${base}_${nth}`
  names.add(name)
  return name
}
