import type { StoredTask, SuspensionCause } from './records.ts'
import type { RiskLevel } from './rules.ts'

/** From this many denials, or this many points, a task is suspended. */
export interface SuspensionLimits {
  readonly denials: number
  readonly riskScore: number
}

/** What a new question adds to its task's score; taken off again when a person approves it. */
export const RISK_POINTS: Readonly<Record<RiskLevel, number>> = {
  low: 0,
  medium: 1,
  high: 3,
  critical: 5,
}

/** What a person's no adds. */
export const DENIAL_POINTS = 20

/** Why this task has to be suspended now, if it has to. */
export const suspensionCause = (
  { denials, riskScore }: Pick<StoredTask, 'denials' | 'riskScore'>,
  limits: SuspensionLimits,
): SuspensionCause | undefined => {
  if (denials >= limits.denials) return 'denial_limit_exceeded'
  return riskScore >= limits.riskScore ? 'risk_threshold_exceeded' : undefined
}
