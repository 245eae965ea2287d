import { resolve } from 'node:path'
import type { SeedOptions } from '@lumojit/authority/seed'
import type { Command } from 'commander'
import { examples, portOption, seedOption } from './command-options.ts'
import { openDatabase } from './database.ts'
import { exits } from './exits.ts'
import { asFault, Fault, SaidAlready } from './fault.ts'
import { needSeed } from './seed-file.ts'
import { aborted, listening } from './serving.ts'
import type { Surroundings } from './surroundings.ts'
import { serveWithConsole } from './with-console.ts'

interface ServeCommand {
  readonly seed: string
  readonly db: string
  readonly port: number
  readonly host: string
}

export function register(program: Command, around: Surroundings): void {
  program
    .command('serve')
    .helpGroup('The authority:')
    .summary('the authority where others depend on it')
    .description(
      'Serves the authority of a seed file that names its public `url`, behind whatever ends TLS. Makes no seed file, prints no sign-in link and no token. Says what happens as JSON lines on stdout; SIGTERM lets what is under way finish.',
    )
    .addOption(seedOption())
    .requiredOption('--db <file>', 'SQLite file; made if need be, in a directory of its own')
    .addOption(portOption())
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addHelpText(
      'after',
      examples('lumojit serve --seed /etc/lumojit/acme.yaml --db /var/lib/lumojit/authority.db'),
    )
    .action((options) => serve(options, around))
}

type Level = 'info' | 'warn' | 'error'

async function serve(command: ServeCommand, around: Surroundings): Promise<void> {
  const log = (level: Level, event: string, members: object = {}) => {
    const time = new Date(around.now()).toISOString()
    around.write(`${JSON.stringify({ time, level, event, ...members })}\n`)
  }
  try {
    await run(command, around, log)
  } catch (error) {
    const { code, message, fix, exit } = asFault(error)
    log('error', 'failed', { code, message, fix })
    throw new SaidAlready(code, exit)
  }
}

async function run(
  command: ServeCommand,
  around: Surroundings,
  log: (level: Level, event: string, members?: object) => void,
): Promise<void> {
  const { seed } = needSeed(resolve(around.cwd, command.seed))
  requireProduction(command, seed)
  for (const warning of warnings(seed)) log('warn', 'seed', { message: warning })
  const database = await openDatabase(command.db, around.cwd)
  try {
    const running = await listening(
      () => serveWithConsole({ ...seed, store: database }, command),
      command,
    )
    const { host, port } = command
    log('info', 'ready', { issuer: running.authority.issuer, url: running.url, host, port })
    await aborted(around.stop)
    log('info', 'stopping')
    await running.close()
  } finally {
    await database.close()
  }
  log('info', 'stopped')
}

function requireProduction({ db, seed: name }: ServeCommand, seed: SeedOptions): void {
  if (seed.url === undefined) {
    throw new Fault(
      'URL_MISSING',
      `${name} names no \`url\`: the https URL that agents, APIs and people reach this authority by.`,
      'Add it, such as `url: https://authority.acme-corp.com`; for one machine alone there is `lumojit dev`.',
      exits.configuration,
    )
  }
  if (db === ':memory:') {
    const fix = 'Name a file; `lumojit dev` runs without one.'
    const message = 'Without a database every decision and every key is gone with the process.'
    throw new Fault('DATABASE_UNUSABLE', message, fix, exits.configuration)
  }
}

function* warnings({ agents = [], users = [] }: SeedOptions): Generator<string> {
  const plain = agents.filter(({ secret }) => secret !== undefined).map(({ id }) => id)
  if (plain.length > 0)
    yield `The secret of ${plain.join(', ')} is in the seed file in plain text: \`lumojit agent rotate\` keeps a hash.`
  if (!users.some(({ rights = [] }) => rights.includes('jit.approve')))
    yield 'No user may approve: what the rules do not grant at once waits for nobody.'
  const locked = users.filter((user) => user.passwordHash === undefined).map(({ id }) => id)
  if (locked.length > 0)
    yield `${locked.join(', ')} cannot sign in: \`lumojit user password\` sets a password.`
}
