import { execFileSync } from 'node:child_process'

export interface Ends {
  readonly lowest: string
  readonly newest: string
}

/** The lowest and the newest published version within a range that are old enough to be installed. */
export function endsOf(name: string, range: string, oldEnoughBy: Date): Ends {
  const within = asked(`${name}@${range}`, 'version') as string | readonly string[]
  const times = asked(name, 'time') as Readonly<Record<string, string>>
  return ends([within].flat(), times, oldEnoughBy, `${name}@${range}`)
}

export function ends(
  versions: readonly string[],
  times: Readonly<Record<string, string>>,
  oldEnoughBy: Date,
  what: string,
): Ends {
  const usable = versions
    .filter((version) => /^\d+\.\d+\.\d+$/.test(version))
    .filter((version) => new Date(times[version] ?? 0) <= oldEnoughBy)
    .sort(byNumber)
  const [lowest] = usable
  const newest = usable.at(-1)
  if (lowest === undefined || newest === undefined) throw new Error(`no version fits ${what}`)
  return { lowest, newest }
}

function byNumber(one: string, other: string): number {
  const numbers = (version: string) => version.split('.').map(Number)
  const [a, b] = [numbers(one), numbers(other)]
  for (const [at, number] of a.entries()) {
    const difference = number - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function asked(what: string, field: string): unknown {
  const text = execFileSync('npm', ['view', what, field, '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(text)
}
