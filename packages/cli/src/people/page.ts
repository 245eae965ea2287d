import { type Command, InvalidArgumentError, Option } from 'commander'
import { examples, jsonOption } from '../command-options.ts'
import { exits } from '../exits.ts'
import { Fault } from '../fault.ts'
import type { Desk } from './desk.ts'
import type { Page } from './wire.ts'

const MOST_A_PAGE = 500

export interface Listed<T> {
  readonly items: readonly T[]
  /** There are more than were asked for; how many in all, where the authority says. */
  readonly more: boolean
  readonly total?: number
}

/** As many as `limit`, over as many pages as that takes. */
export async function readPages<T>(
  desk: Desk,
  path: string,
  limit: number,
  query: Readonly<Record<string, string | undefined>> = {},
): Promise<Listed<T>> {
  const items: T[] = []
  let after: string | undefined
  for (;;) {
    const size = Math.min(limit - items.length, MOST_A_PAGE)
    const page: Page<T> = await desk.get(path, { ...query, limit: size, after })
    if (!Array.isArray(page.data)) {
      const fix = 'Update it: this command speaks to an authority of its own version.'
      throw new Fault('NO_AUTHORITY', 'The authority has no such list.', fix, exits.unreachable)
    }
    items.push(...page.data)
    after = page.next
    if (after === undefined || page.data.length === 0 || items.length >= limit)
      return {
        items,
        more: after !== undefined,
        ...(page.total !== undefined && { total: page.total }),
      }
  }
}

export const limitOption = () =>
  new Option('--limit <number>', 'list at most so many').argParser(readLimit).default(50)

/** What every command of a person takes. */
export const asPerson = (command: Command, ...lines: readonly string[]): Command =>
  command
    .option('--url <url>', 'the authority; default: LUMOJIT_URL, else where you signed in last')
    .option('--org <slug>', 'its organization')
    .addOption(jsonOption())
    .addHelpText('after', examples(...lines))

function readLimit(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A limit is a whole number from 1.')
}
