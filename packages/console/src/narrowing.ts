import type { AuthorizationDetail, AuthorizationDetails } from '@lumojit/protocol'

/** Members of RFC 9396 §2.2 that are sets: leaving something out of them leaves less. */
export const NARROWABLE = ['actions', 'privileges', 'datatypes', 'locations'] as const
type Narrowable = (typeof NARROWABLE)[number]

/** Name of the form's field for one permission, or for one set of it. */
export const narrowingField = (nth: number, set?: Narrowable): string =>
  set === undefined ? `keep-${nth}` : `keep-${nth}-${set}`

/**
 * What a person left ticked, by position: names that an agent chose never travel through the form. Undefined when
 * nothing was taken away. `nothing` when nothing would be left.
 */
export const narrow = (
  details: AuthorizationDetails,
  ticked: (field: string) => readonly string[],
): AuthorizationDetails | 'nothing' | undefined => {
  let less = false
  const kept = details.flatMap((detail, nth): AuthorizationDetail[] => {
    if (ticked(narrowingField(nth)).length === 0) {
      less = true
      return []
    }
    const changed: Record<string, readonly string[]> = {}
    for (const set of NARROWABLE) {
      const items = detail[set] ?? []
      if (items.length < 2) continue
      const chosen = new Set(ticked(narrowingField(nth, set)))
      const left = items.filter((_, at) => chosen.has(String(at)))
      if (left.length === items.length) continue
      less = true
      if (left.length === 0) return []
      changed[set] = left
    }
    return [{ ...detail, ...changed }]
  })
  if (!less) return undefined
  const [first, ...rest] = kept
  return first === undefined ? 'nothing' : [first, ...rest]
}
