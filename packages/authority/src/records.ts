import type { AuthorizationDetails, CanonicalDetails, Reuse } from '@lumojit/protocol'
import type { JWK } from 'jose'
import type { RiskLevel } from './rules.ts'

/** Times are milliseconds since the epoch throughout. */
export interface StoredTask {
  readonly id: string
  readonly agentId: string
  readonly sessionId: string
  readonly name?: string
  readonly type?: string
  readonly parentTaskId?: string
  readonly onBehalfOf?: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly state: 'active' | 'completed' | 'suspended'
  readonly endedAt?: number
  /** Denials by a person. */
  readonly denials: number
  /** How many revocations by a person stick to this task; grows only. */
  readonly refusals: number
  /** Points of what was asked and not vouched for by a person; see `risk-score.ts`. */
  readonly riskScore: number
  /** User id: the task is done within this user's rights, by exchanged tokens only. */
  readonly subject?: string
  /** Why it was suspended. */
  readonly endedBecause?: SuspensionCause
}

/** Contract §7. */
export type SuspensionCause =
  | 'denial_limit_exceeded'
  | 'risk_threshold_exceeded'
  /** A person ended it. */
  | 'ended_by_user'

export interface StoredRequest {
  readonly id: string
  readonly taskId: string
  readonly agentId: string
  /** Task, resource, canonical details and reuse unit as one text: equal text, same question. */
  readonly unit: string
  /** The agent named the call: it may come back for the same answer as often as it likes. */
  readonly keyed: boolean
  readonly resource?: string
  readonly details: AuthorizationDetails
  readonly canonical: CanonicalDetails
  /** As asked; once decided, as decided. */
  readonly reuse: Reuse
  /** First the asker's, then those of calls that joined. */
  readonly justifications: readonly string[]
  readonly risk: RiskLevel
  readonly ttlSeconds: number
  readonly createdAt: number
  /** Last moment at which it can be decided. */
  readonly pendingUntil: number
  readonly state: 'pending' | 'approved' | 'denied' | 'revoked'
  readonly decidedAt?: number
  /** User id; absent when the rules decided. */
  readonly decidedBy?: string
  /** What was granted, which may be less than `details`. */
  readonly granted?: AuthorizationDetails
  readonly redeemUntil?: number
  /** Internal; never told to the agent. */
  readonly notes?: string
  readonly agentMessage?: string
  /** Revoked by a person: a denial of these details for the rest of the task. */
  readonly sticks?: boolean
  readonly redemptions: number
  /** The one token of this request that works. */
  readonly liveToken?: { readonly jti: string; readonly expiresAt: number }
  /** Where its agent wants to be told of a decision. */
  readonly callbackUrl?: string
}

export interface StoredToken {
  readonly jti: string
  /**
   * `agent`: for the authority itself. `resource`: an agent's, for one resource. `user`: a person's own.
   * `subject`: a person's, good for nothing but being exchanged.
   */
  readonly kind: 'agent' | 'resource' | 'jit' | 'user' | 'subject'
  /** Agent id, or user id for `user` and `subject`. */
  readonly holder: string
  readonly audience: string
  /** The person's token this one was exchanged for, directly or not: dead with it. */
  readonly root?: string
  readonly taskId?: string
  readonly requestId?: string
  readonly expiresAt: number
  readonly revokedAt?: number
}

/** What the feed tells. `until`: last moment at which anything it speaks of could be alive. */
export interface StoredEvent {
  readonly sequence: number
  readonly kind: 'revoked' | 'task-ended'
  /** `jti` or task id. */
  readonly subject: string
  readonly until: number
}

/** One entry of a hash chain. `hash` covers every other member and so, through `previous`, all before it. */
export interface StoredAudit {
  /** Task id, or `keys` for what happened to the authority's keys. */
  readonly chain: string
  /** 1, 2, 3 … within its chain. */
  readonly sequence: number
  readonly at: number
  readonly kind: string
  /** `agent:…`, `user:…`, or `authority`. */
  readonly by: string
  /** JSON text, exactly as it was hashed. */
  readonly data: string
  /** Hash of the entry before; empty for the first. */
  readonly previous: string
  readonly hash: string
}

export interface ChainHead {
  readonly chain: string
  readonly sequence: number
  readonly hash: string
}

/** Pins the heads of all chains that grew since the anchor before. Anchors are a chain themselves. */
export interface StoredAnchor {
  readonly sequence: number
  readonly at: number
  /** JSON text of `[[chain, sequence, hash], …]`, by chain. */
  readonly heads: string
  readonly previous: string
  readonly hash: string
}

/** A signing key. The newest whose `signsFrom` has come signs; each verifies until its `verifiesUntil`. */
export interface StoredKey {
  /** 1, 2, 3 …: each is there once, so of two who add the same one wins. */
  readonly generation: number
  readonly jwk: JWK
  readonly signsFrom: number
  readonly verifiesUntil?: number
}

/** A wake-up owed to an agent: due when its request is decided, or runs out undecided. */
export interface StoredCallback {
  readonly requestId: string
  /** The same on every attempt. */
  readonly id: string
  readonly url: string
  readonly due: number
  readonly attempts: number
}

/** What the store has of an agent: all of it, or what was changed about one of the options. */
export interface StoredAgent {
  readonly id: string
  readonly name?: string
  readonly scope?: string
  readonly actsForUsers: boolean
  /** Absent: an agent of the options, with the secret it has there. */
  readonly secretHash?: string
  /** The secret before works too until then; without `previousHash` that is the one of the options. */
  readonly previousHash?: string
  readonly previousUntil?: number
  readonly createdAt: number
  readonly rotatedAt?: number
  readonly suspendedAt?: number
}

/** Somebody who is signed in. Of the secret that says so only a hash is kept. */
export interface StoredSession {
  /** Stays through every rotation; opens nothing. */
  readonly key: string
  readonly userId: string
  /** How the person proved who they are: `password`, `link`, … */
  readonly method: string
  readonly hash: string
  /** The secret before the last rotation works too until then. */
  readonly previousHash?: string
  readonly previousUntil?: number
  readonly openedAt: number
  readonly rotatedAt: number
  readonly idleUntil: number
  readonly endsAt: number
}

/** News owed to a webhook. Kept until it was delivered; given up, it stays to be seen. */
export interface StoredDelivery {
  /** The same on every attempt. */
  readonly id: string
  readonly url: string
  readonly event: string
  readonly taskId?: string
  readonly requestId?: string
  readonly agentId?: string
  readonly at: number
  readonly attempts: number
  /** Absent: given up. */
  readonly due?: number
  /** HTTP status of the last attempt; 0: nothing answered. */
  readonly lastStatus?: number
}
