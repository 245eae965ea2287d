import type { AuthorizationDetail, Json } from './authorization-details.ts'
import { canonicalJson } from './canonical-json.ts'

/** The members of RFC 9396 §2.2 in which order and repetition mean nothing. */
const SET_MEMBERS = ['actions', 'datatypes', 'locations', 'privileges'] as const
type SetMember = (typeof SET_MEMBERS)[number]
const WEB_URL = /^(?:https?|wss?):/i

/** One detail, taken apart for comparison. Two details are the same permission when `text` is equal. */
export interface DetailShape {
  readonly type: string
  readonly identifier: string | undefined
  readonly sets: Readonly<Record<SetMember, ReadonlySet<string> | undefined>>
  /** RFC 8785 text of every other member. */
  readonly rest: string
  /** RFC 8785 text of the whole detail, sets sorted, locations normalised. */
  readonly text: string
}

export function shapeOf(detail: AuthorizationDetail): DetailShape {
  const sets: Record<SetMember, ReadonlySet<string> | undefined> = {
    actions: undefined,
    datatypes: undefined,
    locations: undefined,
    privileges: undefined,
  }
  // Entries and fromEntries define members, so that one called `__proto__` stays an ordinary member.
  const rest: [string, Json][] = []
  const whole: [string, Json][] = []
  for (const [name, value] of Object.entries(detail)) {
    if (value === undefined) continue
    if (isSetMember(name) && isStringArray(value)) {
      const set = new Set(name === 'locations' ? value.map(normaliseLocation) : value)
      sets[name] = set
      whole.push([name, [...set].sort()])
      continue
    }
    if (name !== 'type' && name !== 'identifier') rest.push([name, value])
    whole.push([name, value])
  }
  return {
    type: detail.type,
    identifier: detail.identifier,
    sets,
    rest: canonicalJson(Object.fromEntries(rest)),
    text: canonicalJson(Object.fromEntries(whole)),
  }
}

/**
 * One detail covers another when it has the same members, each equal but for the four sets, which
 * must hold at least what is needed. A member that is absent on one side alone never covers.
 */
export function shapeCovers(granted: DetailShape, required: DetailShape): boolean {
  return (
    granted.type === required.type &&
    granted.identifier === required.identifier &&
    granted.rest === required.rest &&
    SET_MEMBERS.every((name) => holds(granted.sets[name], required.sets[name]))
  )
}

/**
 * True when nothing we understand in `granted` reaches beyond `asked`: same type, and each member
 * that was asked for is still there and no wider. Members only the authority wrote (RFC 9396 §7.1
 * lets it enrich) and members we do not know are left to the resource.
 */
export function shapeWithin(asked: DetailShape, granted: DetailShape): boolean {
  return (
    granted.type === asked.type &&
    (asked.identifier === undefined || granted.identifier === asked.identifier) &&
    SET_MEMBERS.every(
      (name) => asked.sets[name] === undefined || holds(asked.sets[name], granted.sets[name]),
    )
  )
}

function holds(
  outer: ReadonlySet<string> | undefined,
  inner: ReadonlySet<string> | undefined,
): boolean {
  if (outer === undefined || inner === undefined) return outer === inner
  for (const item of inner) if (!outer.has(item)) return false
  return true
}

/** As the URL standard writes it (case of host, default port, dot segments); anything else as it stands. */
function normaliseLocation(location: string): string {
  return WEB_URL.test(location) && URL.canParse(location) ? new URL(location).href : location
}

function isSetMember(name: string): name is SetMember {
  return (SET_MEMBERS as readonly string[]).includes(name)
}

function isStringArray(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
