export {
  type Authority,
  type AuthorityCapabilities,
  AuthorityError,
  type CompletionReport,
  type Decision,
  type Grant,
  type Io,
  type PermissionRequest,
  type Refused,
  type RequestRef,
  type Resource,
  type TaskOptions,
  type TaskRecord,
} from './authority.ts'
export type {
  AuthorizationDetail,
  AuthorizationDetails,
  CanonicalDetails,
  Comparison,
  Json,
} from './authorization-details.ts'
export { decodeBase64, decodeBase64url, encodeBase64, encodeBase64url } from './base64url.ts'
export { canonicalJson } from './canonical-json.ts'
export {
  CHALLENGE_LIMITS,
  type Challenge,
  type ChallengeLimits,
  type ChallengeReading,
  type Dialect,
  type ResponseHead,
  type UnreadableReason,
} from './challenge.ts'
export { canonical, compareGranted, covers } from './compare-details.ts'
export type { WrittenChallenge } from './dialects/dialect.ts'
export { formatWwwAuthenticate } from './format-www-authenticate.ts'
export type { Permission, Reuse } from './permission.ts'
export { challengeNeedsBody, readChallenge } from './read-challenge.ts'
export { type DetailsReading, readDetails } from './read-details.ts'
export { Secret } from './secret.ts'
export { writeChallenge } from './write-challenge.ts'
export { type AuthChallenge, parseWwwAuthenticate } from './www-authenticate.ts'
