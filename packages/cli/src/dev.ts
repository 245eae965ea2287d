import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type RunningAuthority, serveAuthority } from '@lumojit/authority/node'
import type { SeedOptions } from '@lumojit/authority/seed'
import { type SqliteStore, sqliteStore } from '@lumojit/authority/sqlite'
import type { Command } from 'commander'
import { type Announced, announcement } from './announcement.ts'
import { examples, jsonOption, portOption, seedOption } from './command-options.ts'
import { environmentOf } from './environment.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import { needSeed } from './seed-file.ts'
import type { Surroundings } from './surroundings.ts'

interface DevCommand {
  readonly seed: string
  readonly db: string
  readonly port: number
  readonly host: string
  /** A user to get a token for. */
  readonly approver?: string
  readonly json?: boolean
}

export function register(program: Command, around: Surroundings): void {
  program
    .command('dev')
    .helpGroup('The authority:')
    .summary('serve an authority from a seed file')
    .description('Serves the authority of a seed file, with a SQLite file behind it, until Ctrl-C.')
    .addOption(seedOption())
    .option('--db <file>', 'SQLite file, made if need be; or :memory:', '.lumojit/authority.db')
    .addOption(portOption())
    .option(
      '--host <address>',
      'address; anything but loopback needs `url` in the seed',
      '127.0.0.1',
    )
    .option('--approver <user>', 'print a token to decide with as this user')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'lumojit dev',
        'lumojit dev --approver u_you',
        'lumojit dev --seed acme.yaml --db :memory: --port 0 --json',
      ),
    )
    .action((options) => dev(options, around))
}

/** Serves what the seed file says until asked to stop. What was decided stays in the database. */
async function dev(command: DevCommand, around: Surroundings): Promise<void> {
  const { seed } = needSeed(resolve(around.cwd, command.seed))
  const isKnown = seed.users?.some(({ id }) => id === command.approver)
  if (command.approver !== undefined && !isKnown) {
    const known = seed.users?.map(({ id }) => id).join(', ')
    const fix = `Name one of the users in ${command.seed}: ${known || 'there are none yet'}.`
    const message = `There is no user ${command.approver}.`
    throw new Fault('USER_UNKNOWN', message, fix, exits.configuration)
  }
  const database = openDatabase(command.db, around.cwd)
  try {
    await ready(database, command.db)
    const running = await listen(
      () => serveAuthority({ ...seed, store: database }, command),
      command,
    )
    try {
      const announced = await describe(command, seed, running)
      around.write(
        command.json
          ? `${JSON.stringify({ type: 'ready', ...announced })}\n`
          : announcement(announced),
      )
      await aborted(around.stop)
    } finally {
      await running.close()
    }
  } finally {
    await database.close()
  }
  around.write(command.json ? '{"type":"stopped"}\n' : '\nStopped; what was decided is kept.\n')
}

async function describe(
  { approver: user, ...command }: DevCommand,
  seed: SeedOptions,
  { url, authority }: RunningAuthority,
): Promise<Announced> {
  const { org, agents = [], resources = [] } = seed
  const token =
    user === undefined ? undefined : await authority.operations.issueUserToken({ userId: user })
  return {
    url,
    issuer: authority.issuer,
    organization: org,
    seed: command.seed,
    database: command.db,
    resources: resources.map((each) => (typeof each === 'string' ? each : each.audience)),
    agents: agents.map(({ id, secret }) => ({
      id,
      environment: environmentOf({
        url,
        org,
        agentId: id,
        ...(secret !== undefined && { secret }),
      }),
    })),
    ...(user !== undefined &&
      token !== undefined && {
        approver: { user, token: token.accessToken, expiresIn: token.expiresIn },
      }),
  }
}

/** Its directory is made if need be, for this user only and out of git's sight: the file holds private keys. */
function openDatabase(db: string, cwd: string): SqliteStore {
  const path = db === ':memory:' ? db : resolve(cwd, db)
  try {
    if (path !== ':memory:' && !existsSync(dirname(path))) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      writeFileSync(join(dirname(path), '.gitignore'), '*\n')
    }
    return sqliteStore(path)
  } catch (error) {
    throw unusable(db, error)
  }
}

const ready = (store: SqliteStore, db: string) =>
  store.ready.catch((error: unknown) => {
    throw unusable(db, error)
  })

const unusable = (db: string, cause: unknown) =>
  new Fault(
    'DATABASE_UNUSABLE',
    `The database ${db} cannot be used.`,
    'See that it is a file of lumojit, of this version or an earlier one, and yours to write; or name another with --db.',
    exits.configuration,
    cause,
  )

async function listen(
  serve: () => Promise<RunningAuthority>,
  { port, host }: DevCommand,
): Promise<RunningAuthority> {
  try {
    return await serve()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error
    const message = `${host}:${port} cannot be listened on (${code}).`
    const fix = 'Stop what listens there, or choose another with --port; 0 takes any free one.'
    throw new Fault('ADDRESS_UNUSABLE', message, fix, exits.address, error)
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
