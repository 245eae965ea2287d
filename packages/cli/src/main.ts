import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { createAgent, rotateAgent } from './agent.ts'
import { dev } from './dev.ts'
import { asFault, exits, Fault } from './fault.ts'
import type { Surroundings } from './surroundings.ts'

const EXITS = `
Exit codes:
  0  done, or stopped as asked
  1  unexpected: a defect
  2  the command line cannot be understood
  3  the seed file or the database cannot be used, or says otherwise
  4  the address cannot be listened on`

/** Runs one command line (without node and script); gives the exit code and never rejects. */
export async function main(args: readonly string[], around: Surroundings): Promise<number> {
  const json = args.includes('--json')
  const said: string[] = []
  const program = commands(around, said)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exits.done
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exits.done
    const { code, message, fix, exit } =
      error instanceof CommanderError ? usage(error, said.join('')) : asFault(error)
    around.complain(
      json
        ? `${JSON.stringify({ type: 'error', code, message, fix })}\n`
        : `lumojit: ${message}\n  ${fix.replaceAll('\n', '\n  ')}\n`,
    )
    return exit
  }
}

/** Where only a group was named, commander prints its help: that is the way to go on. */
const usage = (error: CommanderError, said: string) =>
  error.code === 'commander.help'
    ? new Fault('USAGE', 'A command is missing.', said.trim(), exits.usage)
    : new Fault('USAGE', said.trim().replace(/^error: /, ''), 'Run it with --help.', exits.usage)

function commands(around: Surroundings, said: string[]): Command {
  const program = new Command('lumojit')
    .description('Just-in-time permissions for AI agents: the authority on your machine.')
    .version(version(), '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => around.write(text),
      writeErr: (text) => said.push(text),
    })
    .addHelpText(
      'after',
      `\nExamples:\n  $ lumojit agent create research-bot\n  $ lumojit dev\n${EXITS}`,
    )

  program
    .command('dev')
    .summary('serve an authority from a seed file')
    .description('Serves the authority of a seed file, with a SQLite file behind it, until Ctrl-C.')
    .addOption(seedOption())
    .option('--db <file>', 'SQLite file, made if need be; or :memory:', '.lumojit/authority.db')
    .option('-p, --port <number>', 'port; 0 takes any free one', readPort, 4000)
    .option(
      '--host <address>',
      'address; anything but loopback needs `url` in the seed',
      '127.0.0.1',
    )
    .option('--approver <user>', 'print a token to decide with as this user')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ lumojit dev\n  $ lumojit dev --approver u_you\n  $ lumojit dev --seed acme.yaml --db :memory: --port 0 --json',
    )
    .action((options) => dev(options, around))

  const agent = program.command('agent').description('Who may ask for permissions.')
  agent
    .command('create <id>')
    .summary('add an agent to the seed file')
    .description(
      'Adds an agent, and prints its secret this once. Writes a seed file where there is none.',
    )
    .option('--name <text>', 'how approvers see it')
    .option('--org <slug>', 'organization of a new seed file', 'dev')
    .addOption(seedOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      "\nExamples:\n  $ lumojit agent create research-bot --name 'Research bot'",
    )
    .action((id, options) => createAgent({ ...options, id }, around))
  agent
    .command('rotate <id>')
    .summary('give an agent another secret')
    .description('Replaces the secret of an agent, and prints the new one this once.')
    .addOption(seedOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ lumojit agent rotate research-bot --json')
    .action((id, options) => rotateAgent({ ...options, id }, around))
  return program
}

const seedOption = () =>
  new Option('-s, --seed <file>', 'seed file, YAML or JSON').default('lumojit.yaml')
const jsonOption = () => new Option('--json', 'print JSON lines, for programs')

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('A port is a whole number up to 65535.')
}

const version = (): string =>
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
