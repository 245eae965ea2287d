const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/
const QUOTABLE = /^[\t\x20-\x7e]*$/

/**
 * Writes challenges as one header value, every parameter quoted. Throws `TypeError` for a scheme or
 * name that is no token, and for a value that a header cannot carry (anything but tab and printable ASCII).
 */
export function formatWwwAuthenticate(
  challenges: readonly {
    readonly scheme: string
    readonly token68?: string
    readonly parameters?: Iterable<readonly [name: string, value: string]>
  }[],
): string {
  return challenges.map(formatOne).join(', ')
}

function formatOne({
  scheme,
  token68,
  parameters = [],
}: Parameters<typeof formatWwwAuthenticate>[0][number]): string {
  if (!TOKEN.test(scheme)) throw new TypeError('An authentication scheme must be an RFC 9110 token')
  if (token68 !== undefined) {
    if (!TOKEN68.test(token68)) throw new TypeError(`The token68 of ${scheme} is malformed`)
    return `${scheme} ${token68}`
  }
  const written = Array.from(parameters, ([name, value]) => {
    if (!TOKEN.test(name)) throw new TypeError('A parameter name must be an RFC 9110 token')
    if (!QUOTABLE.test(value))
      throw new TypeError(`Parameter ${name} holds what no header can carry`)
    return `${name}="${value.replace(/["\\]/g, '\\$&')}"`
  })
  return written.length === 0 ? scheme : `${scheme} ${written.join(', ')}`
}
