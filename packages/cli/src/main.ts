import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import * as agent from './agent.ts'
import * as approve from './approve.ts'
import * as audit from './audit.ts'
import { examples } from './command-options.ts'
import * as deny from './deny.ts'
import * as dev from './dev.ts'
import * as doctor from './doctor.ts'
import { exitHelp, exits } from './exits.ts'
import { asFault, Fault } from './fault.ts'
import * as fetch from './fetch.ts'
import * as grants from './grants.ts'
import * as mcp from './mcp.ts'
import { inert, inertLines } from './output/inert.ts'
import * as pending from './pending.ts'
import * as proxy from './proxy.ts'
import * as revoke from './revoke.ts'
import * as rules from './rules.ts'
import * as serve from './serve.ts'
import * as signIn from './sign-in.ts'
import type { Surroundings } from './surroundings.ts'
import * as tasks from './tasks.ts'
import * as user from './user.ts'
import * as webhooks from './webhooks.ts'

/** In the order of `--help`. Each file is one command, or one group of them. */
const COMMANDS: readonly { register(program: Command, around: Surroundings): void }[] = [
  dev,
  serve,
  agent,
  user,
  signIn,
  pending,
  approve,
  deny,
  revoke,
  grants,
  tasks,
  audit,
  rules,
  webhooks,
  fetch,
  proxy,
  mcp,
  doctor,
]

/** Runs one command line (without node and script); gives the exit code and never rejects. */
export async function main(args: readonly string[], around: Surroundings): Promise<number> {
  const json = args.includes('--json')
  const said: string[] = []
  const program = lumojit(around, said)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exits.done
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exits.done
    const { code, message, fix, exit, told } =
      error instanceof CommanderError ? usage(error, said.join('')) : asFault(error)
    if (told) return exit
    around.complain(
      json
        ? `${JSON.stringify({ type: 'error', code, message, fix })}\n`
        : `lumojit: ${inert(message)}\n  ${inertLines(fix).replaceAll('\n', '\n  ')}\n`,
    )
    return exit
  }
}

/** Where only a group was named, commander prints its help: that is the way to go on. */
const usage = (error: CommanderError, said: string) =>
  error.code === 'commander.help'
    ? new Fault('USAGE', 'A command is missing.', said.trim(), exits.usage)
    : new Fault('USAGE', said.trim().replace(/^error: /, ''), 'Run it with --help.', exits.usage)

function lumojit(around: Surroundings, said: string[]): Command {
  const program = new Command('lumojit')
    .description(
      'Just-in-time permissions for AI agents: who may ask, who decides, and what comes of it.',
    )
    .version(version(), '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => around.write(text),
      writeErr: (text) => said.push(text),
    })
    .addHelpText(
      'after',
      `${examples(
        'lumojit dev',
        'lumojit fetch https://api.acme-corp.com/documents/doc_1',
        'lumojit sign-in && lumojit pending',
        'lumojit doctor https://api.acme-corp.com/documents/doc_1',
      )}\n\n${exitHelp()}`,
    )
  for (const command of COMMANDS) command.register(program, around)
  return program
}

const version = (): string =>
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
