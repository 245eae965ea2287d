import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import { inert } from './output/inert.ts'
import { styleOf } from './output/style.ts'
import { openDesk } from './people/desk.ts'
import { asPerson } from './people/page.ts'
import type { PlaceOptions } from './people/place.ts'
import { riskCell } from './people/words.ts'
import type { Surroundings } from './surroundings.ts'

interface TestCommand extends PlaceOptions {
  readonly resource?: string
  readonly agent?: string
  readonly onBehalfOf?: string
  readonly once?: boolean
  readonly json?: boolean
}

const WORDS: Readonly<Record<string, string>> = {
  grant: 'would be granted at once',
  ask: 'would wait for a person',
  deny: 'would be denied at once',
}

export function register(program: Command, around: Surroundings): void {
  const rules = program
    .command('rules')
    .helpGroup('People:')
    .summary('how risky a request is, and who decides')
    .description('How risky a request is, and who decides.')
  asPerson(
    rules
      .command('test <details>')
      .summary('what the rules would decide; nothing is stored')
      .description(
        'Authorization details as JSON, or @file. Needs jit.approve, jit.audit or jit.admin.',
      )
      .option('--resource <audience>', 'for this API')
      .option('--agent <id>', 'asked by this agent')
      .option('--on-behalf-of <user>', 'in a task for this user')
      .option('--once', 'asked for one call; default: for the task'),
    `lumojit rules test '{"type":"payment","actions":["initiate"]}'`,
    'lumojit rules test @details.json --agent research-bot --json',
  ).action((details, options) => test(details, options, around))
}

async function test(given: string, command: TestCommand, around: Surroundings): Promise<void> {
  const { resource, agent, onBehalfOf, once, json } = command
  const verdict = await openDesk(command, around).post<Verdict>('/jit/rules/test', {
    authorization_details: readJson(given, around),
    reuse: once ? 'once' : 'task',
    ...(resource !== undefined && { resource }),
    ...(agent !== undefined && { agent_id: agent }),
    ...(onBehalfOf !== undefined && { on_behalf_of: onBehalfOf }),
  })
  if (json) {
    around.write(`${JSON.stringify({ type: 'verdict', ...verdict })}\n`)
    return
  }
  const { text, paint = (it: string) => it } = riskCell(verdict.risk_level, styleOf(around))
  around.write(`${paint(text)} risk: ${WORDS[verdict.decision] ?? inert(verdict.decision)}.\n`)
}

interface Verdict {
  readonly risk_level: string
  readonly decision: string
}

function readJson(given: string, { cwd }: Surroundings): unknown {
  try {
    const text = given.startsWith('@') ? readFileSync(resolve(cwd, given.slice(1)), 'utf8') : given
    return JSON.parse(text)
  } catch {
    const fix = 'Quote it for the shell, or write it into a file and name that as @file.'
    throw new Fault('USAGE', 'The details are no JSON.', fix, exits.usage)
  }
}
