import { asNode, type Document, listOf, type Node } from './document.ts'

const ONE = new Set([
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
])
const LIST = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas'])
/** Not of JSON Schema, or of no use to a model. */
const DROPPED = new Set(['example', 'examples', 'xml', 'externalDocs', 'discriminator', 'nullable'])

/**
 * A schema of the document as one that stands alone: JSON Schema 2020-12, with everything it refers
 * to under `$defs`. What refers to itself stays so.
 */
export function standalone(document: Document, schema: Node): Node {
  const names = new Map<string, string>()
  const defs: Record<string, unknown> = {}
  const nameOf = (ref: string): string => {
    const known = names.get(ref)
    if (known !== undefined) return known
    const last = ref.slice(ref.lastIndexOf('/') + 1).replace(/[^\w.-]/g, '_') || 'schema'
    const name = Object.hasOwn(defs, last) ? `${last}_${names.size}` : last
    names.set(ref, name)
    defs[name] = {}
    defs[name] = convert(document.at(ref))
    return name
  }
  const convert = (value: unknown): unknown => {
    if (typeof value === 'boolean') return value
    const node = asNode(value)
    const { $ref, ...rest } = node
    const converted = Object.fromEntries(
      Object.entries(rest)
        .filter(([key]) => !DROPPED.has(key) && !key.startsWith('x-'))
        .map(([key, held]) => [key, convertKeyword(key, held)]),
    )
    const plain = document.dialect === '3.0' ? from30(node, converted) : converted
    if ($ref === undefined) return plain
    const leads = { $ref: `#/$defs/${nameOf(String($ref))}` }
    // Beside a reference, 3.0 says nothing.
    return document.dialect === '3.0' ? leads : { ...plain, ...leads }
  }
  const convertKeyword = (key: string, held: unknown): unknown => {
    if (ONE.has(key)) return convert(held)
    if (LIST.has(key)) return listOf(held).map(convert)
    if (!NAMED.has(key)) return held
    return Object.fromEntries(
      Object.entries(asNode(held)).map(([name, each]) => [name, convert(each)]),
    )
  }
  const converted = convert(schema) as Node
  return Object.keys(defs).length === 0 ? converted : { ...converted, $defs: defs }
}

/** OpenAPI 3.0.3 §4.7.24: `nullable`, and limits that say with a flag whether they are excluded. */
function from30(given: Node, converted: Node): Node {
  const schema: Record<string, unknown> = { ...converted }
  for (const [limit, flag] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof given[flag] !== 'boolean') continue
    delete schema[flag]
    if (given[flag] !== true || typeof given[limit] !== 'number') continue
    schema[flag] = given[limit]
    delete schema[limit]
  }
  if (given.nullable !== true) return schema
  if (typeof schema.type === 'string') schema.type = [schema.type, 'null']
  if (Array.isArray(schema.enum) && !schema.enum.includes(null))
    schema.enum = [...schema.enum, null]
  return schema
}
