import { type AuthorizationDetails, type Reuse, readDetails } from '@lumojit/protocol'
import type { Context } from './context.ts'
import { OperationError } from './operation-error.ts'

const invalid = (message: string, fix: string) =>
  new OperationError('invalid_request', message, { fix })

/** Absent, null and empty mean the same: SDKs send all three. Too long is refused, never cut: a person decides by it. */
export const readText = (name: string, value: unknown, most: number): string | undefined => {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw invalid(`\`${name}\` is no string.`, 'Send a string.')
  if (value.length > most)
    throw invalid(`\`${name}\` is too long.`, `Use at most ${most} characters.`)
  return value
}

export const requireText = (name: string, value: unknown, most: number): string => {
  const text = readText(name, value, most)
  if (text === undefined) throw invalid(`\`${name}\` is missing.`, `Send \`${name}\`.`)
  return text
}

/** A wish for seconds of life, brought within the limits. */
export const readTtl = (context: Context, name: string, value: unknown): number | undefined => {
  if (value === undefined || value === null) return undefined
  if (!Number.isSafeInteger(value) || (value as number) <= 0)
    throw invalid(`\`${name}\` is no positive whole number.`, 'Send whole seconds above 0.')
  const { minTokenSeconds, maxTokenSeconds } = context.configuration.limits
  return Math.min(Math.max(value as number, minTokenSeconds), maxTokenSeconds)
}

export const readReuse = (value: unknown): Reuse | undefined => {
  if (value === undefined || value === null) return undefined
  if (value === 'once' || value === 'task') return value
  throw invalid('`reuse` is neither "once" nor "task".', 'Send one of the two, or nothing.')
}

/** RFC 9396 details: one object, or an array of several. */
export const readDetailsInput = (context: Context, value: unknown): AuthorizationDetails => {
  const reading = readDetails(value, { details: context.configuration.limits.details })
  if (reading.kind === 'details') return reading.details
  throw new OperationError(
    'invalid_authorization_details',
    `\`authorization_details\` cannot be used: ${reading.reason}.`,
    { fix: 'Send an object with a string `type`, or an array of such objects (RFC 9396 §2).' },
  )
}

/** A moment in milliseconds, or in RFC 3339. */
export const readMoment = (name: string, value: unknown): number | undefined => {
  if (value === undefined || value === null || value === '') return undefined
  const ms = typeof value === 'string' && !/^\d+$/.test(value) ? Date.parse(value) : Number(value)
  if (Number.isSafeInteger(ms)) return ms
  throw invalid(`\`${name}\` is no moment.`, 'Send RFC 3339, or milliseconds since the epoch.')
}
