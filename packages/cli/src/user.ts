import { resolve } from 'node:path'
import { hashSecret } from '@lumojit/authority/seed'
import type { Command } from 'commander'
import { examples, jsonOption, seedOption } from './command-options.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import { withPasswordHash } from './seed-edit.ts'
import { needSeed, writeSeed } from './seed-file.ts'
import type { Surroundings } from './surroundings.ts'

interface PasswordCommand {
  readonly seed: string
  readonly passwordStdin?: boolean
  readonly json?: boolean
}

const LEAST = 12
const MOST = 256

export function register(program: Command, around: Surroundings): void {
  const user = program
    .command('user')
    .helpGroup('The authority:')
    .summary('who may decide and see')
    .description('Who may decide and see.')
  user
    .command('password <id>')
    .summary('set the password of a user of the seed file')
    .description(
      `Keeps a hash of the password in the seed file. ${LEAST} to ${MOST} characters; asked for, and never an argument: arguments are seen by every program of this machine.`,
    )
    .option('--password-stdin', 'read it from stdin')
    .addOption(seedOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('lumojit user password u_you'))
    .action((id, options) => setPassword(id, options, around))
}

async function setPassword(id: string, command: PasswordCommand, around: Surroundings) {
  const path = resolve(around.cwd, command.seed)
  const { text, seed } = needSeed(path)
  if (!seed.users?.some((user) => user.id === id)) {
    const known = seed.users?.map((user) => user.id).join(', ')
    const fix = `Name one of the users in ${command.seed}: ${known || 'there are none yet'}.`
    throw new Fault('USER_UNKNOWN', `There is no user ${id}.`, fix, exits.configuration)
  }
  const password = await read(command, around)
  writeSeed(path, withPasswordHash(text, id, await hashSecret(password)))
  around.write(
    command.json
      ? `${JSON.stringify({ type: 'password-set', user: id, seed: command.seed })}\n`
      : `The password of ${id} is set. An authority that runs takes it up when it is started again.\n`,
  )
}

async function read({ passwordStdin }: PasswordCommand, around: Surroundings): Promise<string> {
  const first = passwordStdin
    ? (await around.readAll()).replace(/\r?\n$/, '')
    : await around.ask('New password: ', { hidden: true })
  if (first === undefined) {
    const fix = 'Run it at a terminal, or with --password-stdin.'
    throw new Fault('USAGE', 'There is nobody to ask for a password.', fix, exits.usage)
  }
  if (first.length < LEAST || first.length > MOST)
    throw new Fault(
      'USAGE',
      `A password has ${LEAST} to ${MOST} characters.`,
      'Take a few words.',
      exits.usage,
    )
  const again = passwordStdin ? first : await around.ask('Once more: ', { hidden: true })
  if (again === first) return first
  throw new Fault('USAGE', 'The two are not the same.', 'Run it again.', exits.usage)
}
