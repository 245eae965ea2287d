/** One challenge of RFC 9110 §11.6.1: a scheme with a token68, or with parameters. */
export interface AuthChallenge {
  /** As written; schemes compare without regard to case. */
  readonly scheme: string
  readonly token68?: string
  /** Names in lower case, values unquoted. Of a repeated name the first counts. */
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * Reads every challenge of a `WWW-Authenticate` value, or of several that `Headers.get` has joined.
 * Linear, and never throws: what comes after the first malformed byte is left out. Lenient where
 * resources are known to be careless: a missing comma, and unquoted base64 with `=`, `/` and `+`.
 */
export function parseWwwAuthenticate(header: string | null): readonly AuthChallenge[] {
  const text = header ?? ''
  const challenges: { scheme: string; token68?: string; parameters: Map<string, string> }[] = []
  let at = skip(text, 0, isBlankOrComma)
  while (at < text.length) {
    const end = skip(text, at, isTokenChar)
    if (end === at) break
    const name = text.slice(at, end)
    const equals = skip(text, end, isBlank)
    const current = challenges.at(-1)
    if (text.charCodeAt(equals) === EQUALS) {
      if (current === undefined || current.token68 !== undefined) break
      const value = readValue(text, skip(text, equals + 1, isBlank))
      if (value === undefined) break
      const key = name.toLowerCase()
      if (!current.parameters.has(key)) current.parameters.set(key, value.text)
      at = skip(text, value.end, isBlankOrComma)
      continue
    }
    // A scheme stands before a space, a comma or the end; anything else is malformed.
    if (equals === end && end < text.length && text.charCodeAt(end) !== COMMA) break
    const token68End = readToken68(text, equals)
    challenges.push({
      scheme: name,
      ...(token68End > equals && { token68: text.slice(equals, token68End) }),
      parameters: new Map(),
    })
    at = skip(text, token68End, isBlankOrComma)
  }
  return challenges
}

const EQUALS = 0x3d
const COMMA = 0x2c
const QUOTE = 0x22
const BACKSLASH = 0x5c

type Test = (code: number) => boolean

function skip(text: string, from: number, test: Test): number {
  let at = from
  while (at < text.length && test(text.charCodeAt(at))) at++
  return at
}

const isBlank: Test = (code) => code === 0x20 || code === 0x09
const isBlankOrComma: Test = (code) => isBlank(code) || code === COMMA
const isAlphanumeric: Test = (code) =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
const isTokenChar: Test = (code) => isAlphanumeric(code) || among("!#$%&'*+-.^_`|~", code)
const isToken68Char: Test = (code) => isAlphanumeric(code) || among('-._~+/', code)
/** Visible ASCII but comma and quote: wider than a token, so that padded base64 needs no quotes. */
const isBareChar: Test = (code) => code > 0x20 && code < 0x7f && code !== COMMA && code !== QUOTE

function among(characters: string, code: number): boolean {
  return characters.includes(String.fromCharCode(code))
}

/** End of the token68 that starts here; `from` when what stands here is something else. */
function readToken68(text: string, from: number): number {
  const digits = skip(text, from, isToken68Char)
  if (digits === from) return from
  const end = skip(text, digits, (code) => code === EQUALS)
  const after = skip(text, end, isBlank)
  return after === text.length || text.charCodeAt(after) === COMMA ? end : from
}

function readValue(text: string, from: number): { text: string; end: number } | undefined {
  if (text.charCodeAt(from) !== QUOTE) {
    const end = skip(text, from, isBareChar)
    return end === from ? undefined : { text: text.slice(from, end), end }
  }
  let value = ''
  for (let at = from + 1; at < text.length; at++) {
    let code = text.charCodeAt(at)
    if (code === QUOTE) return { text: value, end: at + 1 }
    if (code === BACKSLASH) code = text.charCodeAt(++at)
    // A backslash at the very end leaves nothing to escape: the string is not closed.
    if (!Number.isNaN(code)) value += String.fromCharCode(code)
  }
  return undefined
}
