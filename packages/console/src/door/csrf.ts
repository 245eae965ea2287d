import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a browser is known by before anybody has signed in, and besides the session afterwards. */
export const newVisit = (): string => randomBytes(16).toString('base64url')

export const isVisit = (text: string | undefined): text is string =>
  text !== undefined && /^[\w-]{22}$/.test(text)

/**
 * One token for one browser and one session. It is made of a cookie no script can read and of the session's key, which
 * outlives rotations: forms in other tabs stay good, other browsers and other people have other tokens.
 */
export const csrfToken = (visit: string, sessionKey: string | undefined): string =>
  createHash('sha256')
    .update(JSON.stringify(['lumojit-console-csrf', visit, sessionKey ?? null]))
    .digest('base64url')

export const isToken = (given: string | null, token: string): boolean => {
  const sent = Buffer.from(given ?? '')
  const right = Buffer.from(token)
  return sent.length === right.length && timingSafeEqual(sent, right)
}
