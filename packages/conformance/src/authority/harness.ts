import type { Authority, AuthorizationDetails, RequestRef, Reuse } from '@lumojit/protocol'

/** What an approver may say beside yes. */
export interface Approval {
  /** Less than was asked. */
  readonly details?: AuthorizationDetails
  readonly reuse?: Reuse
  readonly ttlSeconds?: number
  /** For the agent to read. */
  readonly message?: string
}

/** Counted at the authority itself, where nobody who is tested can bend it. */
export interface AuthorityCounts {
  /** Requests opened; one that joined another is not counted. */
  readonly requests: number
  /** Tokens given out for requests. */
  readonly redemptions: number
}

/** An authority under test, with the hands of a person, a resource and a clock beside it. */
export interface OpenAuthority {
  readonly authority: Authority
  approve(ref: RequestRef, approval?: Approval): Promise<void>
  deny(ref: RequestRef, message?: string): Promise<void>
  /** A person takes a request back, for the rest of the task. */
  revokeByPerson(ref: RequestRef): Promise<void>
  /** RFC 7662, as a resource would ask. */
  isActive(token: string): Promise<boolean>
  /** What the token says it is good for; empty when it does not say. */
  audienceOf(token: string): Promise<readonly string[]>
  /** Does it open a task when sent to the authority as a bearer? */
  worksAtAuthority(token: string): Promise<boolean>
  counts(): AuthorityCounts | Promise<AuthorityCounts>
  /** Long polls held at this moment. */
  openWaits(): number | Promise<number>
  /** Moves the authority's clock (waits stay real). */
  advance(ms: number): Promise<void> | void
  /** Another agent at the same authority. */
  otherAgent(): Promise<Authority>
  /** The same agent, as another process or another way to the same authority has it. */
  twin(): Promise<Authority>
  /** One whose server does not answer. */
  unreachable?(): Promise<Authority>
  /** One whose agent the server does not know. */
  rejected?(): Promise<Authority>
  close(): Promise<void>
}

export interface AuthorityHarness {
  readonly name: string
  open(): Promise<OpenAuthority>
  /** By requirement id; each must be in `allowedSkips`. */
  readonly skips?: readonly string[]
}

/** What the suite asks for; both must be so at the authority under test. */
export const questions = {
  /** Granted by rule, at once. */
  atOnce: [{ type: 'file_access', actions: ['read'], identifier: 'q4.pdf' }],
  /** For a person to decide. */
  aPerson: [
    { type: 'payment', actions: ['initiate', 'approve'], identifier: 'inv_7', amount: '12.50' },
  ],
} as const satisfies Record<string, AuthorizationDetails>
