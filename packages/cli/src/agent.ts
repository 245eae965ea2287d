import { resolve } from 'node:path'
import { hashSecret } from '@lumojit/authority/seed'
import type { Command } from 'commander'
import { createThere, registerAtAuthority, rotateThere } from './agent-at-authority.ts'
import { examples, jsonOption, seedOption } from './command-options.ts'
import { type Environment, environmentOf, exportLines } from './environment.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import { newSecret } from './new-secret.ts'
import { starter, withAgent, withSecretHash } from './seed-edit.ts'
import { findSeed, needSeed, writeSeed } from './seed-file.ts'
import type { Surroundings } from './surroundings.ts'

interface AgentCommand {
  readonly id: string
  readonly seed: string
  readonly json?: boolean
}

interface CreateCommand extends AgentCommand {
  readonly name?: string
  /** The organization of a seed file that is not there yet. */
  readonly org: string
}

export function register(program: Command, around: Surroundings): void {
  const agent = program
    .command('agent')
    .helpGroup('The authority:')
    .summary('who may ask for permissions')
    .description('Who may ask for permissions.')
  agent
    .command('create <id>')
    .summary('add an agent to the seed file')
    .description(
      'Adds an agent, and prints its secret this once. Writes a seed file where there is none.',
    )
    .option('--name <text>', 'how approvers see it')
    .option('--org <slug>', 'organization of a new seed file', 'dev')
    .addOption(seedOption())
    .option('--url <url>', 'make it at this authority, which runs, instead of in a file')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        "lumojit agent create research-bot --name 'Research bot'",
        'lumojit agent create research-bot --url https://authority.acme-corp.com',
      ),
    )
    .action((id, options, command: Command) =>
      options.url === undefined
        ? createAgent({ ...options, id }, around)
        : createThere({ ...named(options, command), id }, around),
    )
  agent
    .command('rotate <id>')
    .summary('give an agent another secret')
    .description('Replaces the secret of an agent, and prints the new one this once.')
    .addOption(seedOption())
    .option('--url <url>', 'at this authority, which runs, instead of in a file')
    .option('--org <slug>', 'its organization, with --url')
    .option('--compromised', 'with --url: the secret before it is dead at once')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'lumojit agent rotate research-bot --json',
        'lumojit agent rotate research-bot --url http://127.0.0.1:4000 --compromised',
      ),
    )
    .action((id, options, command: Command) =>
      options.url === undefined
        ? rotateAgent({ ...options, id }, around)
        : rotateThere({ ...named(options, command), id }, around),
    )
  registerAtAuthority(agent, around)
}

/** The organization of a new seed file has a default; that of an authority is known where one signed in. */
function named<T extends { org?: string }>({ org, ...options }: T, command: Command) {
  const given = command.getOptionValueSource('org') === 'cli'
  return { ...options, ...(given && org !== undefined && { org }) }
}

/** Adds an agent to the seed file, which is written when there is none, and tells its secret this once. */
async function createAgent(command: CreateCommand, around: Surroundings): Promise<void> {
  const { id, name } = command
  const path = resolve(around.cwd, command.seed)
  const found = findSeed(path)
  if (found?.seed.agents?.some((agent) => agent.id === id)) {
    throw new Fault(
      'AGENT_EXISTS',
      `${command.seed} has an agent ${id} already.`,
      `Choose another name, or run \`lumojit agent rotate ${id}\` for a new secret.`,
      exits.configuration,
    )
  }
  const secret = newSecret()
  const agent = { id, ...(name !== undefined && { name }), secret_hash: await hashSecret(secret) }
  writeSeed(path, withAgent(found?.text ?? starter(command.org), agent))
  const org = found?.seed.org ?? command.org
  const did = found ? 'added to' : 'created with'
  tell(command, around, { did, org, secret })
}

/** Gives an agent another secret. The one before works until the authority is started again. */
async function rotateAgent(command: AgentCommand, around: Surroundings): Promise<void> {
  const { id } = command
  const path = resolve(around.cwd, command.seed)
  const { text, seed } = needSeed(path)
  if (!seed.agents?.some((agent) => agent.id === id)) {
    const known = seed.agents?.map((agent) => agent.id).join(', ')
    throw new Fault(
      'AGENT_UNKNOWN',
      `${command.seed} has no agent ${id}.`,
      known ? `It has: ${known}.` : `Run \`lumojit agent create ${id}\`.`,
      exits.configuration,
    )
  }
  const secret = newSecret()
  writeSeed(path, withSecretHash(text, id, await hashSecret(secret)))
  tell(command, around, { did: 'rotated in', org: seed.org, secret })
}

interface Told {
  readonly did: string
  readonly org: string
  readonly secret: string
}

function tell(command: AgentCommand, around: Surroundings, { did, org, secret }: Told): void {
  const { id, seed, json } = command
  const { LUMOAUTH_URL: _, ...environment }: Environment = environmentOf({
    url: '',
    org,
    agentId: id,
    secret,
  })
  if (json) {
    around.write(`${JSON.stringify({ agent: id, seed, org, environment })}\n`)
    return
  }
  around.write(
    `Agent ${id} ${did} ${seed}. Its secret is shown this once; the file keeps a hash of it.\n\n` +
      exportLines(environment) +
      '\nAn authority that runs takes this up when it is started again; `lumojit dev` prints its URL.\n' +
      (did === 'rotated in' ? 'Calls that wait for a person now will ask once more.\n' : ''),
  )
}
