import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type AuthorizationDetails, readDetails } from '@lumojit/protocol'
import { type Command, Option } from 'commander'
import { readTtl } from './command-options.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import { describeAll } from './output/describe.ts'
import { inert } from './output/inert.ts'
import { span } from './output/span.ts'
import { styleOf } from './output/style.ts'
import { openDesk } from './people/desk.ts'
import { asPerson } from './people/page.ts'
import type { PlaceOptions } from './people/place.ts'
import type { AskedItem } from './people/wire.ts'
import { nameOf, reuseWords } from './people/words.ts'
import type { Surroundings } from './surroundings.ts'

interface ApproveCommand extends PlaceOptions {
  readonly once?: boolean
  readonly task?: boolean
  readonly ttl?: number
  readonly details?: string
  readonly note?: string
  readonly message?: string
  readonly json?: boolean
}

export function register(program: Command, around: Surroundings): void {
  asPerson(
    program
      .command('approve <id>')
      .helpGroup('People:')
      .summary('say yes to a request, or to less than it asks for')
      .description(
        'Approves a request that waits. What is granted is what was asked, for as long and as often as was asked, unless the options say less.',
      )
      .addOption(new Option('--once', 'for the one call that asked').conflicts('task'))
      .option('--task', 'for every such call until the task ends')
      .option('--ttl <time>', 'how long a token of it lives: 90s, 10m', readTtl)
      .option('--details <json>', 'grant only these, as JSON or @file: less than asked, never more')
      .option('--note <text>', 'for the audit; the agent never sees it')
      .option('--message <text>', 'for the agent'),
    'lumojit approve jit_m2dRA5Vwmowz_wenbNAjeA',
    'lumojit approve jit_m2dRA5Vwmowz_wenbNAjeA --once --ttl 2m --note "checked with Alice"',
    `lumojit approve jit_m2dRA5Vwmowz_wenbNAjeA --details '[{"type":"document","actions":["read"]}]'`,
  ).action((id, options) => approve(id, options, around))
}

async function approve(id: string, command: ApproveCommand, around: Surroundings): Promise<void> {
  const { once, task, ttl, note, message, json } = command
  const details = readNarrowing(command.details, around)
  const { get, post } = openDesk(command, around)
  const segment = encodeURIComponent(id)
  const { granted_ttl: seconds } = await post<{ granted_ttl: number }>(`/jit/approve/${segment}`, {
    ...(ttl !== undefined && { ttl }),
    ...((once || task) && { reuse: once ? 'once' : 'task' }),
    ...(details && { authorization_details: details }),
    ...(note !== undefined && { notes: note }),
    ...(message !== undefined && { agent_message: message }),
  })
  const item = await get<AskedItem>(`/jit/requests/${segment}`)
  if (json) {
    around.write(`${JSON.stringify({ type: 'approved', ...item, granted_ttl: seconds })}\n`)
    return
  }
  const { good } = styleOf(around)
  around.write(
    `${good('Approved')} for ${nameOf(item.agent)}, ${reuseWords(item.reuse)}, tokens of ${span(seconds * 1000)}:\n` +
      `  ${describeAll(item.granted ?? item.authorization_details)}\n` +
      `To take it back: lumojit revoke ${inert(id)}\n`,
  )
}

function readNarrowing(
  given: string | undefined,
  { cwd }: Surroundings,
): AuthorizationDetails | undefined {
  if (given === undefined) return undefined
  const fix =
    'Give one object or an array of them, each with a `type`, as `lumojit pending ID` shows it.'
  try {
    const text = given.startsWith('@') ? readFileSync(resolve(cwd, given.slice(1)), 'utf8') : given
    const reading = readDetails(JSON.parse(text))
    if (reading.kind === 'details') return reading.details
  } catch {
    // Said below.
  }
  throw new Fault('USAGE', '--details holds no authorization details.', fix, exits.usage)
}
