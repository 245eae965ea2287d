import type { Challenge } from '../../src/index.ts'
import { writeChallenge } from '../../src/index.ts'
import { challengeVectors } from '../../src/vectors.ts'
import type { Random } from './random.ts'
import { randomDetails } from './random-details.ts'
import { mutatedJson, randomJson } from './random-json.ts'

/** A refusal as it might come off the wire. */
export interface Refusal {
  status: number
  headers: [name: string, value: string][]
  body: string | undefined
}

const STATUSES = [401, 403, 403, 401, 400, 200]
const CODES = [
  'insufficient_authorization_details',
  'insufficient_authorization',
  'insufficient_scope',
  'invalid_token',
  'access_denied',
]
const SCHEMES = ['Bearer', 'DPoP', 'bearer', 'BEARER', 'Basic', 'Negotiate', '__proto__']
const NAMES = [
  'error',
  'scope',
  'authorization_details',
  'authorization_remediation',
  'resource_metadata',
  'realm',
  'ERROR',
]
const LUMO = 'Insufficient-Authorization-Details'
const ODD = [
  ',',
  '"',
  '\\',
  '=',
  ' ',
  '\t',
  '+',
  '/',
  '-',
  '_',
  '{',
  '[',
  '}',
  ']',
  ':',
  'ÿ',
  '\u00a0',
  'A',
]

/** From a vector, from our own writer, or from the grammar; then, mostly, spoilt a little. */
export function randomRefusal(random: Random): Refusal {
  const refusal = random.pick([fromVector, fromVector, fromWriter, fromGrammar])(random)
  for (let count = random.int(4); count > 0; count--) random.pick(mutations)(random, refusal)
  for (const header of refusal.headers) header[1] = carriable(header[1])
  return refusal
}

/** Exactly the inputs that `Headers` takes. */
function carriable(value: string): string {
  return value.replace(/[^\t\x20-\xff]/g, '?')
}

function fromVector(random: Random): Refusal {
  const { status, headers, body } = random.pick(challengeVectors)
  return { status, headers: headers.map(([name, value]) => [name, value]), body }
}

function fromWriter(random: Random): Refusal {
  const dialect = random.pick(['lumoauth', 'rar-403', 'rar-401', 'scope'] as const)
  const challenge: Challenge = {
    dialect,
    permission:
      dialect === 'scope'
        ? { kind: 'scope', scope: ['a', ...random.some(['b', 'c:d', 'e'], 50)] }
        : { kind: 'details', details: randomDetails(random) },
    ...(random.chance(30) && { reference: random.pick(['r1', 'r"2\\']) }),
    ...(random.chance(30) && { resourceMetadata: 'https://rs.example/m?"\\' }),
  }
  const { status, headers, body } = writeChallenge(challenge, random.pick(['x', 'é "q"', '\r\n']))
  return { status, headers: Object.entries(headers), body: random.chance(70) ? body : undefined }
}

function fromGrammar(random: Random): Refusal {
  const headers: [string, string][] = []
  for (let count = random.int(3); count > 0; count--) {
    const challenges = Array.from({ length: 1 + random.int(2) }, () => randomChallenge(random))
    headers.push(['WWW-Authenticate', challenges.join(random.pick([', ', ',', ' , ,', ' ']))])
  }
  if (random.chance(40)) headers.push([LUMO, encoded(random, randomJson(random))])
  const body = random.chance(60) ? randomBody(random) : undefined
  return { status: random.pick(STATUSES), headers, body }
}

function randomChallenge(random: Random): string {
  const scheme = random.pick(SCHEMES)
  if (random.chance(10)) return `${scheme} ${random.pick(['YWJj', 'YQ==', 'a~b', 'a b'])}`
  const parameters = Array.from({ length: random.int(random.chance(2) ? 300 : 5) }, () => {
    const name = random.pick(NAMES)
    const value = randomValue(random, name.toLowerCase())
    const equals = random.pick(['=', '=', ' = ', '\t=', '= '])
    return `${name}${equals}${random.chance(70) ? quoted(value) : value}`
  })
  if (random.chance(70)) parameters.unshift(`error="${random.pick(CODES)}"`)
  return `${scheme} ${parameters.join(random.pick([', ', ',', ' ']))}`
}

function randomValue(random: Random, name: string): string {
  if (name === 'error') return random.pick(CODES)
  if (name === 'scope') return random.pick(['a', 'a b', '', ' ', 'a"b', 'x'.repeat(2049), 'ü'])
  if (name === 'resource_metadata') return random.pick(['https://rs.example/m', 'nonsense', ''])
  if (name === 'authorization_remediation') {
    const reference = random.pick(['"r"', '7', '""', `"${'r'.repeat(3000)}"`])
    const json = `{"authorization_details":${randomJson(random)},"authorization_reference":${reference}}`
    return encoded(random, random.chance(80) ? json : randomJson(random))
  }
  return encoded(random, randomJson(random))
}

function randomBody(random: Random): string {
  const members = random.some(
    [
      `"authorization_details":${randomJson(random)}`,
      `"authorization_details_hint":${randomJson(random)}`,
      '"authorization_details_types_required":{"allOf":["x"]}',
      '"authorization_hint":"r"',
      '"__proto__":{"authorization_details":{"type":"x"}}',
    ],
    40,
  )
  if (random.chance(1)) members.push(`"pad":"${'é'.repeat(random.int(40_000))}"`)
  return random.chance(85) ? `{${members.join()}}` : randomJson(random)
}

/** JSON in one of the ways it travels in, rightly or not. */
function encoded(random: Random, json: string): string {
  if (random.chance(15)) return json
  const base64 = Buffer.from(json).toString(random.pick(['base64', 'base64url'] as const))
  const padding = random.pick(['', '', '=', '==', '==='])
  const text = random.chance(70) ? base64 : base64.replaceAll('=', '') + padding
  return random.chance(10) ? `"${text}"` : text
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}

type Mutation = (random: Random, refusal: Refusal) => void

function onHeader(change: (random: Random, value: string) => string): Mutation {
  return (random, { headers }) => {
    const header = headers[random.int(headers.length)]
    if (header !== undefined) header[1] = change(random, header[1])
  }
}

function at(random: Random, value: string): number {
  return random.int(value.length + 1)
}

const mutations: readonly Mutation[] = [
  onHeader((random, value) => value.slice(0, at(random, value))),
  onHeader((random, value) => value.slice(at(random, value))),
  onHeader((random, value) => {
    const place = at(random, value)
    return value.slice(0, place) + random.pick(ODD) + value.slice(place + random.int(2))
  }),
  onHeader((_random, value) => value.replaceAll('+', '-').replaceAll('/', '_')),
  onHeader((_random, value) => value.replaceAll('=', '')),
  onHeader((random, value) => value + random.pick(['=', '==', ' ', ',', '"', `, ${value}`])),
  onHeader((random, value) => random.pick(['"', ' ', '']) + value + random.pick(['"', ' ', ''])),
  onHeader((random, value) => value.repeat(1 + random.int(random.chance(5) ? 60 : 3))),
  onHeader((random, value) => value.replace(random.pick(CODES), random.pick(CODES))),
  onHeader((random, value) => `${randomChallenge(random)}, ${value}`),
  onHeader((random, value) => respelt(random, value)),
  (random, refusal) => {
    refusal.headers.splice(random.int(refusal.headers.length + 1), 1)
  },
  (random, { headers }) => {
    const header = headers[random.int(headers.length)]
    if (header !== undefined) headers.push([random.pick([header[0], LUMO]), header[1]])
  },
  (random, refusal) => {
    refusal.status = random.pick(STATUSES)
  },
  (random, refusal) => {
    refusal.body = random.chance(50) ? randomBody(random) : undefined
  },
  (random, refusal) => {
    if (refusal.body !== undefined) refusal.body = mutatedJson(random, refusal.body)
  },
]

/** Decodes the value, spoils the JSON inside, and encodes it again: gets past every outer door. */
function respelt(random: Random, value: string): string {
  return value.replace(/[A-Za-z0-9+/_-]{20,}={0,2}/, (text) =>
    encoded(random, mutatedJson(random, Buffer.from(text, 'base64').toString())),
  )
}
