/** Tokens past this size are refused unread: nothing legitimate is larger, and hashing is not free. */
const MAX_TOKEN_BYTES = 16_384

export type BearerReading =
  | { readonly kind: 'token'; readonly token: string }
  /** `none`: no credentials at all. `other-scheme`: credentials this guard does not take (RFC 6750 §3.1 treats both alike). */
  | { readonly kind: 'none' | 'other-scheme' }
  | { readonly kind: 'malformed'; readonly why: string }

/** RFC 6750 §2.1, the header only: a token in a query or a form leaks into logs and is not looked for. */
export function readBearer(headers: Headers): BearerReading {
  const value = headers.get('authorization')
  if (value === null) return { kind: 'none' }
  const [, scheme = '', credentials = ''] = /^([^\s,]*)[ \t]*(.*)$/s.exec(value) ?? []
  // Two headers arrive joined by a comma, which no Bearer token can hold.
  if (/,\s*bearer(?:\s|$)/i.test(value)) {
    return { kind: 'malformed', why: 'More than one Authorization header.' }
  }
  if (scheme.toLowerCase() !== 'bearer') return { kind: 'other-scheme' }
  if (credentials.length > MAX_TOKEN_BYTES) {
    return { kind: 'malformed', why: 'The token is larger than 16 KiB.' }
  }
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(credentials)) {
    return { kind: 'malformed', why: 'The Authorization header is not one Bearer token.' }
  }
  return { kind: 'token', token: credentials }
}
