import { resolve } from 'node:path'
import type { RunningAuthority } from '@lumojit/authority/node'
import type { SeedOptions } from '@lumojit/authority/seed'
import { consoleUrls } from '@lumojit/console'
import type { Command } from 'commander'
import { type Announced, announcement } from './announcement.ts'
import { examples, jsonOption, portOption, seedOption } from './command-options.ts'
import { openDatabase } from './database.ts'
import { environmentOf } from './environment.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import { type StartingSeed, seedOrFirst } from './first-seed.ts'
import { needSeed } from './seed-file.ts'
import { aborted, listening } from './serving.ts'
import type { Surroundings } from './surroundings.ts'
import { serveWithConsole } from './with-console.ts'

interface DevCommand {
  readonly seed: string
  /** It was named, so it is not made. */
  readonly seedNamed: boolean
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
    .summary('everything on your machine, in one command')
    .description(
      'Serves the authority of a seed file, with a SQLite file behind it, until Ctrl-C. Where there is no seed file, one is written: an organization, a person who decides, and an agent, whose secret is printed this once.',
    )
    .addOption(seedOption())
    .option('--db <file>', 'SQLite file, made if need be; or :memory:', '.lumojit/authority.db')
    .addOption(portOption())
    .option(
      '--host <address>',
      'address; anything but loopback needs `url` in the seed',
      '127.0.0.1',
    )
    .option(
      '--approver <user>',
      'sign in as this user, and print a token to decide with at the command',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'lumojit dev',
        'lumojit dev --approver u_you',
        'lumojit dev --seed acme.yaml --db :memory: --port 0 --json',
      ),
    )
    .action((options, command: Command) => {
      const seedNamed = command.getOptionValueSource('seed') !== 'default'
      return dev({ ...options, seedNamed }, around)
    })
}

/** Serves what the seed file says until asked to stop. What was decided stays in the database. */
async function dev(command: DevCommand, around: Surroundings): Promise<void> {
  const path = resolve(around.cwd, command.seed)
  const start: StartingSeed = command.seedNamed ? { file: needSeed(path) } : await seedOrFirst(path)
  const { seed } = start.file
  requireUser(command, seed)
  const database = await openDatabase(command.db, around.cwd)
  try {
    const running = await listening(
      () => serveWithConsole({ ...seed, store: database }, command),
      command,
    )
    try {
      const announced = await describe(command, start, running)
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

function requireUser({ approver, seed: name }: DevCommand, { users = [] }: SeedOptions): void {
  if (approver === undefined || users.some(({ id }) => id === approver)) return
  const known = users.map(({ id }) => id).join(', ')
  const fix = `Name one of the users in ${name}: ${known || 'there are none yet'}.`
  throw new Fault('USER_UNKNOWN', `There is no user ${approver}.`, fix, exits.configuration)
}

async function describe(
  { approver: user, ...command }: DevCommand,
  { file: { seed }, made }: StartingSeed,
  { url, authority }: RunningAuthority,
): Promise<Announced> {
  const { org, agents = [], users = [], resources = [] } = seed
  const person = user ?? users.find(({ rights = [] }) => rights.includes('jit.approve'))?.id
  const code =
    person === undefined
      ? undefined
      : (await authority.operations.createSignInLink({ userId: person })).code
  const token =
    user === undefined ? undefined : await authority.operations.issueUserToken({ userId: user })
  const secretOf = (id: string, plain: string | undefined) =>
    plain ?? (made?.agentId === id ? made.secret : undefined)
  return {
    url,
    issuer: authority.issuer,
    organization: org,
    seed: command.seed,
    seedMade: made !== undefined,
    database: command.db,
    console: {
      url: consoleUrls(url).home,
      ...(person !== undefined &&
        code !== undefined && {
          user: person,
          signInLink: consoleUrls(url).signInLink(code),
          hasPassword: users.some(({ id, passwordHash }) => id === person && !!passwordHash),
        }),
    },
    resources: resources.map((each) => (typeof each === 'string' ? each : each.audience)),
    agents: agents.map(({ id, secret: plain }) => {
      const secret = secretOf(id, plain)
      return {
        id,
        environment: environmentOf({
          url,
          org,
          agentId: id,
          ...(secret !== undefined && { secret }),
        }),
      }
    }),
    ...(user !== undefined &&
      token !== undefined && {
        approver: { user, token: token.accessToken, expiresIn: token.expiresIn },
      }),
  }
}
