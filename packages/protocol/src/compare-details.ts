import type { AuthorizationDetails, CanonicalDetails, Comparison } from './authorization-details.ts'
import { type DetailShape, shapeCovers, shapeOf, shapeWithin } from './detail-shape.ts'

/**
 * The one text of a permission: RFC 8785, with `actions`, `locations`, `datatypes` and `privileges`
 * sorted and without repeats, web URLs in `locations` normalised, and objects that a sibling covers
 * left out. Actions are case-sensitive. Numbers are IEEE 754 doubles, as everywhere in JSON.
 *
 * Throws `TypeError` when a member holds what JSON cannot; `readDetails` refuses such details first.
 */
export function canonical(details: AuthorizationDetails): CanonicalDetails {
  const byText = new Map(details.map(shapeOf).map((shape) => [shape.text, shape]))
  const shapes = [...byText.values()]
  const kept = shapes.filter(
    (shape) => !shapes.some((other) => other !== shape && shapeCovers(other, shape)),
  )
  const texts = kept.map((shape) => shape.text).sort()
  return `[${texts.join(',')}]` as CanonicalDetails
}

/**
 * True when every required object is covered by ONE granted object: parts of two grants never add
 * up, and an absent member is no wildcard on either side. A preorder; on canonical forms a partial order.
 */
export function covers(granted: AuthorizationDetails, required: AuthorizationDetails): boolean {
  return allCovered(granted.map(shapeOf), required.map(shapeOf))
}

/**
 * How what an authority granted compares with what it was asked for. `unknown`: nothing we
 * understand goes beyond the question, but members that we do not understand, or that only the
 * authority wrote, differ; the resource decides, we do not.
 */
export function compareGranted(
  granted: AuthorizationDetails,
  asked: AuthorizationDetails,
): Comparison {
  const given = granted.map(shapeOf)
  const wanted = asked.map(shapeOf)
  const enough = allCovered(given, wanted)
  const notMore = allCovered(wanted, given)
  if (enough && notMore) return 'equal'
  if (notMore) return 'narrower'
  if (enough) return 'broader'
  return given.every((one) => wanted.some((other) => shapeWithin(other, one)))
    ? 'unknown'
    : 'unrelated'
}

function allCovered(granted: readonly DetailShape[], required: readonly DetailShape[]): boolean {
  return required.every((needed) => granted.some((given) => shapeCovers(given, needed)))
}
