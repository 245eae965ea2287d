export type { AgentCaller, Caller, UserCaller } from './caller.ts'
export type { Clock } from './clock.ts'
export { ConfigurationError } from './configuration-error.ts'
export type { Counts } from './context.ts'
export { type AuthorityServer, createAuthority } from './create-authority.ts'
export type { Client } from './directory.ts'
export type { Failpoint } from './failpoint.ts'
export type { Mounted } from './http.ts'
export type {
  AgentName,
  AgentView,
  AuditItem,
  DeliveryItem,
  HumanSideNews,
  LiveGrant,
  OpenedSession,
  PendingItem,
  RequestReading,
  SessionReading,
  TaskItem,
  TaskReading,
  TaskStatus,
  TimelineEntry,
  TimelineKind,
  UserView,
  WebhookView,
} from './human-side.ts'
export { memoryStore } from './memory-store.ts'
export { OperationError, type OperationErrorCode } from './operation-error.ts'
export type { Operations } from './operations.ts'
export type {
  AgentOptions,
  AuthorityOptions,
  BudgetOptions,
  CallbackOptions,
  IssuedTokenObservation,
  LimitOptions,
  RateOptions,
  ResourceOptions,
  UserOptions,
  WebhookOptions,
} from './options.ts'
export type { Page, PageInput } from './page.ts'
export type { PostCallback } from './post-callback.ts'
export type {
  ChainHead,
  StoredAgent,
  StoredAnchor,
  StoredAudit,
  StoredCallback,
  StoredDelivery,
  StoredEvent,
  StoredKey,
  StoredRequest,
  StoredSession,
  StoredTask,
  StoredToken,
  SuspensionCause,
} from './records.ts'
export type { RequestStatus, RequestView } from './request-status.ts'
export {
  type Policy,
  type Question,
  type RiskLevel,
  type RiskTable,
  riskTable,
  type Verdict,
} from './rules.ts'
export { hashSecret, verifySecret } from './secret-hash.ts'
export type { AuthorityStore, Opening, Transition } from './store.ts'
export { type AuditProblem, type AuditReport, verifyAudit } from './verify-audit.ts'
export type { Subscription, WebhookEvent } from './webhook-events.ts'
