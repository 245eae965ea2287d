import { ConfigurationError } from './configuration-error.ts'
import type { LimitOptions, RateOptions } from './options.ts'

export type Limits = Required<LimitOptions>

const HOUR = 3_600_000
const DEFAULT_LIMITS: Limits = {
  taskMs: 24 * HOUR,
  pendingMs: HOUR,
  redeemMs: 24 * HOUR,
  tokenSeconds: 600,
  minTokenSeconds: 1,
  maxTokenSeconds: 900,
  baseTokenSeconds: 3600,
  openRequests: 20,
  details: 16,
  feeds: 1000,
  denials: 3,
  riskScore: 200,
  keepMs: 365 * 24 * HOUR,
  sessionMs: 12 * HOUR,
  sessionIdleMs: HOUR / 2,
}

/** `allSignIns`: of all names together, so that guessing cannot keep the processor busy. */
export type Rates = Required<RateOptions> & { readonly allSignIns: number }

const DEFAULT_RATES: Required<RateOptions> = {
  token: 600,
  jit: 60_000,
  introspect: 60_000,
  failures: 30,
  signIn: 10,
}

export const readRates = (options: RateOptions = {}): Rates => {
  for (const [name, value] of Object.entries(options))
    if (!(name in DEFAULT_RATES) || !Number.isSafeInteger(value) || value < 0)
      throw new ConfigurationError(
        `\`rates.${name}\` cannot be used.`,
        `Give whole numbers a minute for ${Object.keys(DEFAULT_RATES).join(', ')}; 0 is no limit.`,
      )
  const rates = { ...DEFAULT_RATES, ...options }
  return { ...rates, allSignIns: rates.signIn * 10 }
}

/** Checks each limit and fills in the defaults. */
export const readLimits = (options: LimitOptions = {}): Limits => {
  const limits = { ...DEFAULT_LIMITS }
  for (const [name, value] of Object.entries(options)) {
    if (!(name in limits))
      throw new ConfigurationError(
        `\`limits.${name}\` is unknown.`,
        `Known: ${Object.keys(limits).join(', ')}.`,
      )
    if (!Number.isSafeInteger(value) || value <= 0)
      throw new ConfigurationError(
        `\`limits.${name}\` is no positive whole number.`,
        'Give a whole number above 0.',
      )
    limits[name as keyof Limits] = value
  }
  const fix = 'Keep minTokenSeconds ≤ tokenSeconds ≤ maxTokenSeconds ≤ 900.'
  if (limits.maxTokenSeconds > 900)
    throw new ConfigurationError('`limits.maxTokenSeconds` is above the ceiling of 900.', fix)
  if (options.tokenSeconds === undefined)
    limits.tokenSeconds = Math.min(
      Math.max(limits.tokenSeconds, limits.minTokenSeconds),
      limits.maxTokenSeconds,
    )
  if (limits.minTokenSeconds > limits.tokenSeconds || limits.tokenSeconds > limits.maxTokenSeconds)
    throw new ConfigurationError('The token times contradict each other.', fix)
  return limits
}
