import type { Requirement } from '../../packages/conformance/src/requirements/requirement.ts'
import type { AllowedSkip } from '../../packages/conformance/src/requirements/skips.ts'
import type { FoundTest } from './list-tests.ts'

export interface Problem {
  readonly file: string
  readonly line: number
  readonly what: string
}

export interface Evidence {
  readonly requirements: readonly Requirement[]
  readonly skips: readonly AllowedSkip[]
  readonly tests: readonly FoundTest[]
  /** Text of a file of the repository; undefined when there is none. */
  read(file: string): string | undefined
  /** Where a requirement (or a skip) is written down. */
  whereIs(id: string): { readonly file: string; readonly line: number }
}

const ID = /^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/
/**
 * A title segment that begins with something of an id's form claims to check that requirement, if it is
 * of a known room or stands where an id stands, alone or before a dash. (`urn:x names y` is prose.)
 */
const CLAIM = /^(([a-z][a-z0-9-]*):[a-z][a-z0-9-]*)(?=(\s—|$)|\s)/

/** Every requirement has tests and sabotages, every claim names a requirement, every skip is justified. */
export function findProblems(evidence: Evidence): readonly Problem[] {
  const problems: Problem[] = []
  const known = new Set(evidence.requirements.map(({ id }) => id))
  const rooms = new Set(evidence.requirements.map(({ id }) => id.split(':', 1)[0] ?? ''))
  const claimed = new Set<string>()

  for (const { file, line, title } of evidence.tests) {
    for (const segment of title) {
      const [, id = '', room = '', place] = CLAIM.exec(segment) ?? []
      if (place === undefined && !rooms.has(room)) continue
      if (known.has(id)) claimed.add(id)
      else problems.push({ file, line, what: `the title names ${id}, which is no requirement` })
    }
  }

  const seen = new Set<string>()
  for (const { id, says, source, sabotages } of evidence.requirements) {
    const tell = (what: string) =>
      problems.push({ ...evidence.whereIs(id), what: `${id}: ${what}` })
    if (!ID.test(id)) tell('not of the form room:sentence-in-short')
    if (seen.has(id)) tell('written down twice')
    seen.add(id)
    if (says.trim() === '' || source.trim() === '') tell('needs a sentence and a source')
    if (!claimed.has(id)) tell('no test title begins with it')
    if (sabotages.length === 0) tell('no sabotage')
    for (const { file, find, replace } of sabotages) {
      const count = occurrences(evidence.read(file), find)
      if (!/^packages\/[^/]+\/src\//.test(file)) tell(`a sabotage outside packages/*/src: ${file}`)
      if (count !== 1) tell(`a sabotage's text occurs ${count} times in ${file}: ${short(find)}`)
      if (find === replace) tell(`a sabotage that changes nothing in ${file}`)
    }
  }

  for (const { name, id, reason, proof } of evidence.skips) {
    const tell = (what: string) =>
      problems.push({ ...evidence.whereIs(id), what: `skip of ${id} by ${name}: ${what}` })
    if (!known.has(id)) tell('no such requirement')
    if (reason.trim() === '') tell('needs a reason')
    const proven = evidence.tests.some(({ title }) => title.some((part) => part.startsWith(proof)))
    if (proof.trim() === '' || !proven) tell(`no test proves it: ${short(proof)}`)
  }
  return problems
}

export function occurrences(text: string | undefined, find: string): number {
  return text === undefined || find === '' ? 0 : text.split(find).length - 1
}

const short = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
