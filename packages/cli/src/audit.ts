import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { exits } from './exits.ts'
import { Fault, SaidAlready } from './fault.ts'
import { inert } from './output/inert.ts'
import { styleOf } from './output/style.ts'
import { openDesk } from './people/desk.ts'
import { asPerson } from './people/page.ts'
import type { PlaceOptions } from './people/place.ts'
import type { Surroundings } from './surroundings.ts'

interface AuditCommand extends PlaceOptions {
  readonly json?: boolean
}
interface ExportCommand extends AuditCommand {
  readonly chain?: string
  readonly output?: string
}

export function register(program: Command, around: Surroundings): void {
  const audit = program
    .command('audit')
    .helpGroup('People:')
    .summary('who asked, decided, used and took back')
    .description(
      'Who asked, who decided, what was used and taken back: a hash chain for each task.',
    )
  asPerson(
    audit
      .command('verify')
      .summary('recompute every hash, and compare with the anchors')
      .description('Tells changed bytes, missing entries and entries that changed places.'),
    'lumojit audit verify',
  ).action((options) => verify(options, around))
  asPerson(
    audit
      .command('export')
      .summary('every entry and every anchor, as JSON lines')
      .description('Keep the last anchor elsewhere: it pins everything before it.')
      .option('--chain <id>', 'one chain: a task id, or `keys`')
      .option('-o, --output <file>', 'write to a new file, which only you can read'),
    'lumojit audit export -o audit-2026-11.jsonl',
    'lumojit audit export --chain task_1H0GxMJhdi3lTsxZAEjT6A | jq .kind',
  ).action((options) => exportAudit(options, around))
}

interface Report {
  readonly entries: number
  readonly chains: number
  readonly anchors: number
  readonly unanchored: number
  readonly problems: readonly (string | { readonly message?: string; readonly chain?: string })[]
}

async function verify(command: AuditCommand, around: Surroundings): Promise<void> {
  const report = await openDesk(command, around).get<Report>('/jit/audit/verify')
  const { entries, chains, anchors, unanchored, problems } = report
  const whole = problems.length === 0
  if (command.json) around.write(`${JSON.stringify({ type: 'audit', whole, ...report })}\n`)
  else {
    const { good, bad } = styleOf(around)
    around.write(
      `${whole ? good('Whole') : bad('Not whole')}: ${entries} entries in ${chains} chains, ${anchors} anchors, ${unanchored} entries since the last.\n`,
    )
    for (const problem of problems)
      around.write(
        `  ${bad('✗')} ${inert(typeof problem === 'string' ? problem : JSON.stringify(problem))}\n`,
      )
  }
  if (!whole) throw new SaidAlready('AUDIT_NOT_WHOLE', exits.unsound)
}

async function exportAudit(command: ExportCommand, around: Surroundings): Promise<void> {
  const { chain, output } = command
  const response = await openDesk(command, around).stream('/jit/audit/export', { chain })
  const body: AsyncIterable<Uint8Array> = response.body ?? none()
  if (output === undefined) {
    for await (const chunk of body) around.write(chunk)
    return
  }
  let lines = 0
  const file = await open(resolve(around.cwd, output), 'wx', 0o600).catch((cause: unknown) => {
    const fix = 'Name a file that is not there yet, in a directory that is yours to write.'
    throw new Fault('OUTPUT_UNUSABLE', `${output} cannot be made.`, fix, exits.configuration, cause)
  })
  try {
    for await (const chunk of body) {
      for (const byte of chunk) if (byte === 0x0a) lines += 1
      await file.write(chunk)
    }
  } finally {
    await file.close()
  }
  around.write(
    command.json
      ? `${JSON.stringify({ type: 'exported', file: output, lines })}\n`
      : `${lines} lines in ${output}.\n`,
  )
}

async function* none(): AsyncGenerator<Uint8Array> {}
