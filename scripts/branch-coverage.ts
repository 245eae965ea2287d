import { relative } from 'node:path'

interface Counted {
  readonly branches: { readonly total: number; readonly covered: number }
}

/** Branches by file, and their percentage over all files, of an istanbul `json-summary`. */
export function branches(summary: Readonly<Record<string, Counted>>, root: string) {
  const files = Object.entries(summary)
    .filter(([file]) => file !== 'total')
    .map(([file, { branches }]) => {
      const counted = { covered: branches.covered, of: branches.total }
      return [relative(root, file), counted] as const
    })
  const sum = (name: 'covered' | 'of') => files.reduce((all, [, counted]) => all + counted[name], 0)
  return { files, total: sum('of') === 0 ? 0 : (100 * sum('covered')) / sum('of') }
}
