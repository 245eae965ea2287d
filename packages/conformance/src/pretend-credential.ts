/** What a request brought along: nothing, the resource token, the agent's own token, a grant, or something unreadable. */
export type Credential = 'none' | 'base' | 'shared' | 'grant' | 'unreadable'

export type Claims = Readonly<Record<string, unknown>>

export function bearerOf(request: Request): string | undefined {
  const header = request.headers.get('authorization')
  return header?.match(/^Bearer (.+)$/i)?.[1]
}

/** What a token says of itself, unverified; undefined for what is none. */
export function claimsOf(token: string | undefined): Claims | undefined {
  try {
    const part = token?.split('.')[1]
    return part === undefined
      ? undefined
      : (JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims)
  } catch {
    return undefined
  }
}

/** Tokens whose audience is the authority itself are the agent's own. */
export function credentialOf(token: string | undefined, issuer: string): Credential {
  if (token === undefined) return 'none'
  const claims = claimsOf(token)
  if (claims === undefined) return 'unreadable'
  if (claims.jit === true) return 'grant'
  return [claims.aud].flat().includes(issuer) ? 'shared' : 'base'
}
