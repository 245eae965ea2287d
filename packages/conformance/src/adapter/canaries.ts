import { inspect } from 'node:util'

/**
 * Everything a person, a log or a database could read of these values: members of prototypes and
 * hidden ones too, and what they say of themselves when turned into JSON.
 */
export function readable(values: readonly unknown[]): string {
  return values.map((value) => `${inspected(value)}\n${asJson(value)}`).join('\n')
}

function inspected(value: unknown): string {
  if (typeof value === 'string') return value
  return inspect(value, {
    depth: Number.POSITIVE_INFINITY,
    maxArrayLength: null,
    maxStringLength: null,
    showHidden: true,
    breakLength: Number.POSITIVE_INFINITY,
  })
}

function asJson(value: unknown): string {
  if (typeof value === 'string') return ''
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}

/**
 * Which of the secrets can be read in the text: as they are, percent-encoded, in hexadecimal, or in
 * base64 of either alphabet at any of the three alignments inside a longer text. Of a signed token
 * the signature alone counts too. Gives their numbers, never the secrets.
 */
export function leaks(secrets: readonly string[], text: string): readonly number[] {
  const forms = secrets.map(formsOf)
  const haystack = searchable(text, forms.flat())
  return forms.flatMap((each, number) =>
    each.some((form) => haystack.includes(form)) ? [number] : [],
  )
}

/**
 * The text as it is and percent-decoded, each in both alphabets of base64; of megabytes, only the words
 * that are long enough and of the right characters to hold one of the forms, each of them once.
 */
function searchable(text: string, forms: readonly string[]): string {
  const haystacks = [text, percentDecoded(text)]
  if (!forms.every((form) => WORD.test(form))) return haystacks.flatMap(both).join(' ')
  const least = Math.min(...forms.map(({ length }) => length))
  const words = new Set<string>()
  for (const haystack of new Set(haystacks)) {
    for (const word of haystack.match(WORDS) ?? []) if (word.length >= least) words.add(word)
  }
  return [...words].flatMap(both).join(' ')
}

const WORD = /^[\w.+/-]+$/
const WORDS = /[\w.+/-]+/g
const both = (text: string) => [text, urlSafe(text)]

function formsOf(secret: string): readonly string[] {
  const signature = secret.split('.').at(-1) ?? ''
  const parts = signature.length >= 20 ? [secret, signature] : [secret]
  return parts.flatMap((part) => [
    part,
    Buffer.from(part).toString('hex'),
    ...[0, 1, 2].map((shift) => base64Inside(part, shift)),
  ])
}

/** The characters that the secret alone decides, when `shift` bytes stand before it. */
function base64Inside(secret: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)])
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64url')
  return whole.slice(shift === 0 ? 0 : 4)
}

function urlSafe(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_')
}

function percentDecoded(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}
