import type { Command } from 'commander'
import { inert } from './output/inert.ts'
import { styleOf } from './output/style.ts'
import { openDesk } from './people/desk.ts'
import { asPerson } from './people/page.ts'
import type { PlaceOptions } from './people/place.ts'
import type { Surroundings } from './surroundings.ts'

interface RevokeCommand extends PlaceOptions {
  readonly json?: boolean
}

export function register(program: Command, around: Surroundings): void {
  asPerson(
    program
      .command('revoke <id>')
      .helpGroup('People:')
      .summary('take back what was granted')
      .description(
        'Takes a grant back, by the id of its request: its token is dead at once, and the same is denied for the rest of the task. A request that still waits is ended the same way.',
      ),
    'lumojit revoke jit_m2dRA5Vwmowz_wenbNAjeA',
  ).action((id, options) => revoke(id, options, around))
}

async function revoke(id: string, command: RevokeCommand, around: Surroundings): Promise<void> {
  await openDesk(command, around).post(`/jit/revoke/${encodeURIComponent(id)}`)
  const { bad } = styleOf(around)
  around.write(
    command.json
      ? `${JSON.stringify({ type: 'revoked', request_id: id })}\n`
      : `${bad('Revoked')} ${inert(id)}. The same stays denied until the task ends.\n`,
  )
}
