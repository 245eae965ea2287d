import type { AuthorizationDetail, AuthorizationDetails, Json } from '../../src/index.ts'
import type { Random } from './random.ts'

const ACTIONS = ['read', 'write', 'Read', 'delete']
const LOCATIONS = [
  'https://a.example',
  'HTTPS://A.example:443/',
  'https://a.example/x/../y',
  'https://a.example/y',
  'urn:a',
  'not a url',
]
const UNKNOWN: readonly Json[] = [
  1,
  -0,
  1e21,
  'é',
  'e\u0301',
  null,
  true,
  [1, 2],
  { b: 1, a: [{}] },
]

/** Few words, so that two random permissions often cover one another. */
function randomDetail(random: Random): AuthorizationDetail {
  const members: [string, Json][] = [['type', random.pick(['file', 'pay'])]]
  if (random.chance(60)) members.push(['actions', shuffled(random, random.some(ACTIONS, 50))])
  if (random.chance(40)) members.push(['locations', shuffled(random, random.some(LOCATIONS, 40))])
  if (random.chance(20)) members.push(['datatypes', random.some(['a', 'b'], 50)])
  if (random.chance(15)) members.push(['privileges', random.some(['admin', 'user'], 50)])
  if (random.chance(40)) members.push(['identifier', random.pick(['1', '2'])])
  if (random.chance(20)) members.push([random.pick(['x', '__proto__', 'é']), random.pick(UNKNOWN)])
  return Object.fromEntries(shuffled(random, members)) as unknown as AuthorizationDetail
}

export function randomDetails(random: Random): AuthorizationDetails {
  const details = Array.from({ length: random.int(3) }, () => randomDetail(random))
  return [randomDetail(random), ...details]
}

/** The same permission in other words: order, repeats, and objects that say nothing new. */
export function reworded(random: Random, details: AuthorizationDetails): AuthorizationDetails {
  const again = details.map((detail) => {
    const members = Object.entries(detail).map(([name, value]): [string, Json] => {
      const list = Array.isArray(value) && isSet(name) ? (value as readonly Json[]) : undefined
      return [name, list ? shuffled(random, [...list, ...random.some(list, 50)]) : (value as Json)]
    })
    return Object.fromEntries(shuffled(random, members)) as unknown as AuthorizationDetail
  })
  return shuffled(random, [...again, ...random.some(again, 30)]) as unknown as AuthorizationDetails
}

/** Something of the same kind that asks for no more. */
export function weakened(random: Random, details: AuthorizationDetails): AuthorizationDetails {
  const less = details.map((detail) => {
    const members = Object.entries(detail).map(([name, value]): [string, Json] => [
      name,
      Array.isArray(value) && isSet(name) ? random.some(value as Json[], 60) : (value as Json),
    ])
    return Object.fromEntries(members) as unknown as AuthorizationDetail
  })
  const [first, ...others] = shuffled(random, less)
  return [first as AuthorizationDetail, ...random.some(others, 60)]
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const out: T[] = []
  for (const item of items) out.splice(random.int(out.length + 1), 0, item)
  return out
}

function isSet(name: string): boolean {
  return ['actions', 'locations', 'datatypes', 'privileges'].includes(name)
}
