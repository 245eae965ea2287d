/** RFC 9110 §7.6.1, and what HTTP/1.1 adds to it: for one connection only. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
/** Made anew for the connection to the API, which has its own name, length and encodings. */
const MADE_ANEW = ['host', 'content-length', 'expect', 'accept-encoding', 'forwarded']
/** Says of a body how it was sent to us; it is handed on decoded. */
const OF_THE_TRANSFER = ['content-encoding', 'content-length']
/** Different at every try, and no reason to take it for another call. */
const OF_ONE_TRY =
  /^(?:user-agent|date|traceparent|tracestate|baggage|sentry-trace|x-(?:request|correlation|amzn-trace|b3)-?.*|b3)$/

/** Instead of the secret in the path. */
export const SECRET_HEADER = 'lumojit-secret'
/** Why the call is made, for the person who decides. */
export const WHY_HEADER = 'lumojit-justification'

type Pairs = readonly (readonly [name: string, value: string])[]

/** As they came, in lower case: `[name, value, name, value, …]` in pairs. */
export function pairsOf(raw: readonly string[]): Pairs {
  const pairs: [string, string][] = []
  for (let at = 0; at + 1 < raw.length; at += 2)
    pairs.push([String(raw[at]).toLowerCase(), String(raw[at + 1])])
  return pairs
}

const named = (pairs: Pairs, name: string) =>
  pairs.flatMap(([key, value]) =>
    key === name ? value.split(',').map((each) => each.trim().toLowerCase()) : [],
  )

const without = (pairs: Pairs, dropped: readonly string[]): Pairs => {
  const gone = new Set([...HOP_BY_HOP, ...dropped, ...named(pairs, 'connection')])
  return pairs.filter(([name]) => !gone.has(name))
}

/** What the API gets to see of a caller's headers. */
export const towardsApi = (pairs: Pairs): Pairs =>
  without(pairs, [...MADE_ANEW, SECRET_HEADER, WHY_HEADER])

/** What a caller gets to see of the API's. A challenge was answered, or speaks of tokens it has not. */
export const towardsCaller = (pairs: Pairs): Pairs => without(pairs, OF_THE_TRANSFER)

/** What tells one call from another. */
export const telling = (pairs: Pairs): Pairs =>
  pairs.filter(([name]) => !OF_ONE_TRY.test(name)).toSorted(([a], [b]) => (a < b ? -1 : 1))
