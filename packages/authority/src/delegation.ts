import { OperationError } from './operation-error.ts'
import type { KnownToken } from './tokens.ts'

/** Agents that may stand between a person and a resource. */
const MAX_DEPTH = 3

/** RFC 8693 §4.1: the outermost acts now, those inside acted before. */
export interface Act {
  readonly sub: string
  readonly act?: Act
}

/** For whom an agent acts, and by which chain of tokens it may. */
export interface Delegation {
  /** User id. */
  readonly subject: string
  /** The person's own token that all of it hangs on. */
  readonly root: string
  readonly act: Act
}

const depthOf = (act: Act | undefined): number => (act ? 1 + depthOf(act.act) : 0)

/** What a token of ours that was exchanged says; undefined for any other. */
export const delegationOf = ({ token, claims }: KnownToken): Delegation | undefined => {
  const { root } = token
  const { sub, act } = claims as { readonly sub?: string; readonly act?: Act }
  return root === undefined || sub === undefined || !act ? undefined : { subject: sub, root, act }
}

/** One more agent acts; the same one again adds nothing. */
export const actBy = (agent: string, before: Act | undefined): Act => {
  if (before?.sub === agent) return before
  const act: Act = { sub: agent, ...(before && { act: before }) }
  if (depthOf(act) <= MAX_DEPTH) return act
  throw new OperationError('delegation_depth_exceeded', 'Too many agents act one for another.', {
    members: { max_depth: MAX_DEPTH },
  })
}
