import { allowedSkips } from './requirements/skips.ts'
import type { SuiteCase } from './suite-case.ts'

/** Leaves out what is on the list of allowed skips; a skip that is not there becomes a case that fails. */
export function withoutSkips(
  name: string,
  skips: readonly string[],
  cases: readonly SuiteCase[],
): readonly SuiteCase[] {
  const allowed = (id: string) => allowedSkips.some((skip) => skip.name === name && skip.id === id)
  const unlisted = skips.filter((id) => !allowed(id) || !cases.some((one) => one.id === id))
  return [
    ...cases.filter(({ id }) => !skips.includes(id) || unlisted.includes(id)),
    ...unlisted.map((id) => ({
      id,
      title: `${name} skips what it may not, or what is not there`,
      run: () =>
        Promise.reject(new Error(`${name} may not skip ${id}: put it on the list, with proof`)),
    })),
  ]
}
