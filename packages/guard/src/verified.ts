import { type AuthorizationDetail, readDetails } from '@lumojit/protocol'
import type { JWTPayload } from 'jose'

/** What a token that passed says. Only `details` and `scope` authorise anything; the rest is for records. */
export interface Verified {
  /** Everything the token grants, perhaps more than this call needs; empty for a token without details. */
  readonly details: readonly AuthorizationDetail[]
  /** RFC 8693 §4.2 `scope`. */
  readonly scope: readonly string[]
  /** The agent (`agent_id`, else RFC 9068 `client_id`) the token was given to. */
  readonly agentId: string
  /** The task the token ends with; absent for tokens that belong to no task. */
  readonly taskId?: string
  /** `sub`: for a delegated token the user, for LumoAuth's JIT tokens agent and task in one. */
  readonly subject?: string
  /** Outermost `act.sub` (RFC 8693 §4.1): for records only, since authorities nest actors in different orders. */
  readonly actor?: string
  /** `exp`, in milliseconds since the Unix epoch. */
  readonly expiresAt: number
}

/** Reads the claims of a verified token; undefined when they make no sense together. */
export function readClaims(claims: JWTPayload): Verified | undefined {
  const { jit, task_id: taskId, agent_id: agentId = claims.client_id, exp, sub, scope } = claims
  const details = detailsOf(claims.authorization_details)
  if (details === undefined || typeof exp !== 'number' || !isName(agentId)) return undefined
  if (taskId !== undefined && !isName(taskId)) return undefined
  if (jit !== undefined && typeof jit !== 'boolean') return undefined
  if (jit === true && taskId === undefined) return undefined
  if (scope !== undefined && typeof scope !== 'string') return undefined
  const actor = (claims.act as { readonly sub?: unknown } | null | undefined)?.sub
  return {
    details,
    scope: scope?.split(' ').filter((name) => name !== '') ?? [],
    agentId,
    ...(taskId !== undefined && { taskId }),
    ...(isName(sub) && { subject: sub }),
    ...(isName(actor) && { actor }),
    expiresAt: exp * 1000,
  }
}

/** RFC 9396 §9.1; absent is none, and undefined what cannot be read. */
export function detailsOf(claim: unknown): readonly AuthorizationDetail[] | undefined {
  if (claim === undefined) return []
  if (!Array.isArray(claim)) return undefined
  if (claim.length === 0) return []
  const reading = readDetails(claim)
  return reading.kind === 'details' ? reading.details : undefined
}

const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''
