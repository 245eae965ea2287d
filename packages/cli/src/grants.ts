import type { Command } from 'commander'
import { describeAll } from './output/describe.ts'
import { inert } from './output/inert.ts'
import { left } from './output/span.ts'
import { styleOf } from './output/style.ts'
import { table } from './output/table.ts'
import { openDesk } from './people/desk.ts'
import { asPerson, limitOption, readPages } from './people/page.ts'
import type { PlaceOptions } from './people/place.ts'
import type { GrantItem } from './people/wire.ts'
import { andMore, nameOf, reuseWords } from './people/words.ts'
import type { Surroundings } from './surroundings.ts'

interface GrantsCommand extends PlaceOptions {
  readonly task?: string
  readonly limit: number
  readonly json?: boolean
}

export function register(program: Command, around: Surroundings): void {
  asPerson(
    program
      .command('grants')
      .helpGroup('People:')
      .summary('what agents may do at this moment')
      .description('Lists the grants with a token that lives, those that end soonest first.')
      .option('--task <id>', 'only those of this task')
      .addOption(limitOption()),
    'lumojit grants',
    'lumojit grants --task task_1H0GxMJhdi3lTsxZAEjT6A --json',
  ).action((options) => grants(options, around))
}

async function grants(command: GrantsCommand, around: Surroundings): Promise<void> {
  const { task, limit, json } = command
  const desk = openDesk(command, around)
  const query = { task_id: task }
  const { items, more, total } = await readPages<GrantItem>(desk, '/jit/grants', limit, query)
  if (json) {
    for (const item of items) around.write(`${JSON.stringify({ type: 'grant', ...item })}\n`)
    return
  }
  if (items.length === 0) {
    around.write('No agent may do anything but what its own token allows.\n')
    return
  }
  const { quiet } = styleOf(around)
  const rows = items.map((grant) => [
    inert(grant.request_id),
    left(Date.parse(grant.expires_at), around.now()),
    reuseWords(grant.reuse),
    nameOf(grant.agent),
    grant.decided_by ? inert(grant.decided_by) : 'the rules',
    describeAll(grant.authorization_details),
  ])
  const heads = ['REQUEST', 'LEFT', 'REUSE', 'AGENT', 'BY', 'WHAT']
  const { terminal } = around
  around.write(
    table(heads, rows, { head: quiet, ...(terminal.out && { columns: terminal.columns }) }),
  )
  around.write(andMore(items.length, more, total))
  around.write(quiet('lumojit revoke REQUEST takes one back.\n'))
}
