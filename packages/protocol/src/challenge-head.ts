import type { ChallengeLimits, ResponseHead, UnreadableReason } from './challenge.ts'
import { type AuthChallenge, parseWwwAuthenticate } from './www-authenticate.ts'

/** A refusal's head, parsed once and then offered to every dialect. */
export interface ChallengeHead {
  readonly headers: Headers
  readonly limits: ChallengeLimits
  /** The challenges of the schemes that carry OAuth tokens: Bearer and DPoP, in any case. */
  readonly challenges: readonly AuthChallenge[]
  /** Every `error` of those. */
  readonly codes: ReadonlySet<string>
  /** `WWW-Authenticate` was too large to be parsed. */
  readonly fault: UnreadableReason | undefined
}

const OAUTH_SCHEMES: ReadonlySet<string> = new Set(['bearer', 'dpop'])

export function parseHead(head: ResponseHead, limits: ChallengeLimits): ChallengeHead {
  const value = head.headers.get('www-authenticate')
  const tooLarge = value !== null && value.length > limits.headerBytes
  const challenges = (tooLarge ? [] : parseWwwAuthenticate(value)).filter((challenge) =>
    OAUTH_SCHEMES.has(challenge.scheme.toLowerCase()),
  )
  const codes = challenges.map((challenge) => challenge.parameters.get('error'))
  return {
    headers: head.headers,
    limits,
    challenges,
    codes: new Set(codes.filter((code) => code !== undefined)),
    fault: tooLarge ? 'too-large' : undefined,
  }
}
