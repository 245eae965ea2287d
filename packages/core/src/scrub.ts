const LONGEST = 1_048_576

/**
 * The value without the given tokens: strings inside plain data, up to 1 MiB each, with every
 * exact occurrence replaced by `[secret]`. Untouched data comes back as the same object. Streams
 * and class instances pass: what they hold cannot be read without spending it.
 */
export function scrub<T>(value: T, tokens: ReadonlySet<string>): T {
  // The longest first: one that begins like another must not leave its own end behind.
  const secrets = [...tokens].filter(Boolean).sort((one, other) => other.length - one.length)
  return secrets.length === 0 ? value : (clean(value, secrets, new Map()) as T)
}

/** The same error object, with the tokens taken out of what it says, and out of what caused it. */
export function scrubError(error: unknown, tokens: ReadonlySet<string>, depth = 0): unknown {
  if (!(error instanceof Error)) return scrub(error, tokens)
  if (tokens.size === 0 || depth > 8) return error
  for (const member of Reflect.ownKeys(error)) {
    const held = Object.getOwnPropertyDescriptor(error, member)
    if (!held || !(held.writable || held.configurable)) continue
    // V8 keeps `stack` behind an accessor. No other accessor is ours to run.
    const plain = 'value' in held
    const value = plain ? held.value : member === 'stack' ? error.stack : undefined
    for (const item of [value].flat()) {
      if (item instanceof Error) scrubError(item, tokens, depth + 1)
    }
    const cleaned = scrub(value, tokens)
    if (cleaned === value) continue
    const { configurable = true, enumerable = false } = held
    Object.defineProperty(error, member, {
      configurable,
      enumerable,
      writable: plain ? (held.writable ?? true) : true,
      value: cleaned,
    })
  }
  return error
}

function clean(value: unknown, tokens: readonly string[], seen: Map<object, unknown>): unknown {
  if (typeof value === 'string') return cleanText(value, tokens)
  if (typeof value !== 'object' || value === null) return value
  const done = seen.get(value)
  if (done !== undefined) return done
  if (Array.isArray(value)) {
    const copy: unknown[] = []
    seen.set(value, copy)
    for (const item of value) copy.push(clean(item, tokens, seen))
    return settle(
      value,
      copy,
      seen,
      copy.every((item, at) => item === value[at]),
    )
  }
  const proto = Object.getPrototypeOf(value)
  if (proto !== Object.prototype && proto !== null) return value
  const copy: Record<string, unknown> = Object.create(proto)
  seen.set(value, copy)
  let same = true
  for (const [member, held] of Object.entries(value)) {
    const name = cleanText(member, tokens)
    const cleaned = clean(held, tokens, seen)
    same &&= name === member && cleaned === held
    Object.defineProperty(copy, name, {
      value: cleaned,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return settle(value, copy, seen, same)
}

function settle(original: object, copy: object, seen: Map<object, unknown>, same: boolean): object {
  const kept = same ? original : copy
  seen.set(original, kept)
  return kept
}

function cleanText(text: string, tokens: readonly string[]): string {
  if (text.length > LONGEST) return text
  let cleaned = text
  for (const token of tokens) {
    if (cleaned.includes(token)) cleaned = cleaned.replaceAll(token, '[secret]')
  }
  return cleaned
}
