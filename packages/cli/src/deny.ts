import type { Command } from 'commander'
import { inert } from './output/inert.ts'
import { styleOf } from './output/style.ts'
import { openDesk } from './people/desk.ts'
import { asPerson } from './people/page.ts'
import type { PlaceOptions } from './people/place.ts'
import type { Surroundings } from './surroundings.ts'

interface DenyCommand extends PlaceOptions {
  readonly message?: string
  readonly note?: string
  readonly json?: boolean
}

export function register(program: Command, around: Surroundings): void {
  asPerson(
    program
      .command('deny <id>')
      .helpGroup('People:')
      .summary('say no to a request')
      .description(
        'Denies a request that waits. The same question of the same task is answered by this no; several denials suspend the task.',
      )
      .option('--message <text>', 'for the agent: what to do instead')
      .option('--note <text>', 'for the audit; the agent never sees it'),
    "lumojit deny jit_m2dRA5Vwmowz_wenbNAjeA --message 'Ask Alice for the invoice first.'",
  ).action((id, options) => deny(id, options, around))
}

async function deny(id: string, command: DenyCommand, around: Surroundings): Promise<void> {
  const { message, note, json } = command
  await openDesk(command, around).post(`/jit/deny/${encodeURIComponent(id)}`, {
    ...(message !== undefined && { agent_message: message }),
    ...(note !== undefined && { reason: note }),
  })
  const { bad } = styleOf(around)
  around.write(
    json
      ? `${JSON.stringify({ type: 'denied', request_id: id })}\n`
      : `${bad('Denied')} ${inert(id)}${message === undefined ? '. The agent is told no reason: --message gives one.' : '; the agent is told why.'}\n`,
  )
}
