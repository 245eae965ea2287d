import type { AuthorizationDetail, Json } from '@lumojit/protocol'

/** Where APIs put how much: RFC 9396 §2 has `instructedAmount`, others say `amount`. */
const PLACES = ['instructedAmount', 'amount'] as const

const isNumber = (value: Json | undefined): value is string | number =>
  typeof value === 'number' || (typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value))

const isCurrency = (value: Json | undefined): value is string =>
  typeof value === 'string' && /^[A-Z]{3}$/.test(value)

/** `EUR 120.00`, as it was written, where the details say so plainly; they are shown whole besides. */
export const amountOf = (detail: AuthorizationDetail): string | undefined => {
  for (const place of PLACES) {
    const value = detail[place]
    if (isNumber(value) && isCurrency(detail.currency)) return `${detail.currency} ${value}`
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue
    const { currency, amount, value: exactly, max } = value as Readonly<Record<string, Json>>
    if (!isCurrency(currency)) continue
    const least = amount ?? exactly
    if (isNumber(least)) return `${currency} ${least}`
    if (isNumber(max)) return `at most ${currency} ${max}`
  }
  return undefined
}
