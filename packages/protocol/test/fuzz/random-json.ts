import type { Random } from './random.ts'
import { randomDetails } from './random-details.ts'

const SCALARS = [
  '0',
  '-0',
  '1e999',
  '123456789012345678901',
  'null',
  'true',
  '""',
  '"é"',
  '"\\ud800"',
]

/** JSON text, mostly details, sometimes just outside of what may be read. */
export function randomJson(random: Random): string {
  const details = randomDetails(random)
  const text = JSON.stringify(random.chance(50) ? details : details[0])
  if (random.chance(50)) return text
  if (random.chance(20)) return random.pick(outside)(random)
  return mutatedJson(random, text)
}

const outside: readonly ((random: Random) => string)[] = [
  (random) => random.pick(SCALARS),
  () => '[]',
  () => '{}',
  () => '{"type":""}',
  (random) => `{"type":"a","x":${nest(random.int(12), random)}}`,
  (random) => nest(random.chance(5) ? 3000 : random.int(40), random),
  (random) => `[${repeat(12 + random.int(8), '{"type":"a"}')}]`,
  (random) => `{"type":"a","actions":[${repeat(60 + random.int(8), '"x"')}]}`,
  (random) => `{"type":"a",${many(60 + random.int(8))}}`,
  (random) => `{"type":"${'t'.repeat(2044 + random.int(8))}"}`,
  (random) => `{"type":"a","${'n'.repeat(2044 + random.int(8))}":1}`,
  (random) => `{"type":"a","identifier":${random.pick(SCALARS)}}`,
  (random) => `{"type":"a","actions":${random.pick(['null', '"read"', '[1]', '{}', '[[]]'])}}`,
  (random) => `{"type":"a","type":${random.pick(['"b"', '1', 'null'])}}`,
  (random) => `{"type":"a","pad":[${repeat(64, `[${repeat(64, '1')}]`)},${random.pick(SCALARS)}]}`,
]

/** Cuts, doubles, wraps or exchanges a piece of a JSON text. */
export function mutatedJson(random: Random, text: string): string {
  const place = random.int(text.length + 1)
  switch (random.int(6)) {
    case 0:
      return text.slice(0, place)
    case 1:
      return (
        text.slice(0, place) + random.pick([...'{}[]",:\\ 0']) + text.slice(place + random.int(2))
      )
    case 2:
      return `${'['.repeat(1 + random.int(9))}${text}${']'.repeat(1 + random.int(9))}`
    case 3:
      return text.replace(/"[^"]*"(?!:)/, random.pick(SCALARS))
    case 4:
      return text.replace('}', `,"x":${nest(random.int(10), random)}}`)
    default:
      return text.replace('"type"', random.pick(['"Type"', '"__proto__"', '"type":1,"type"']))
  }
}

function nest(levels: number, random: Random): string {
  return random.chance(50)
    ? `${'['.repeat(levels)}1${']'.repeat(levels)}`
    : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
}

function repeat(count: number, item: string): string {
  return Array(count).fill(item).join()
}

function many(count: number): string {
  return Array.from({ length: count }, (_, n) => `"m${n}":${n}`).join()
}
