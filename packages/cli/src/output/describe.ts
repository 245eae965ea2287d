import type { AuthorizationDetail } from '@lumojit/protocol'
import { inert } from './inert.ts'

const LISTS = ['actions', 'privileges', 'datatypes'] as const
const SAID = new Set<string>(['type', 'identifier', 'locations', ...LISTS])

/** One permission as one line: `payment: initiate inv_204 at https://api.acme-corp.com (amount: {"value":120})`. */
export function describe(detail: AuthorizationDetail): string {
  const said = LISTS.flatMap((name) => list(detail[name]))
  const identifier = typeof detail.identifier === 'string' ? [detail.identifier] : []
  const places = list(detail.locations)
  const others = Object.entries(detail)
    .filter(([name]) => !SAID.has(name))
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  const words = [said.join(', '), ...identifier].filter(Boolean).join(' ')
  return inert(
    [
      words ? `${detail.type}: ${words}` : detail.type,
      ...(places.length > 0 ? [`at ${places.join(', ')}`] : []),
      ...(others.length > 0 ? [`(${others.join(', ')})`] : []),
    ].join(' '),
  )
}

export const describeAll = (details: readonly AuthorizationDetail[]): string =>
  details.map(describe).join('; ')

const list = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((it): it is string => typeof it === 'string') : []
