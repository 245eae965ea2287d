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
export type {
  Challenge,
  ChallengeLimits,
  ChallengeReading,
  Dialect,
  ResponseHead,
} from './challenge.ts'
export type { Permission, Reuse } from './permission.ts'
export { Secret } from './secret.ts'
