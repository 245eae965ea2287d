import { createJit, type Jit, lumoAuth } from '@lumojit/core'
import { type Resource, Secret } from '@lumojit/protocol'
import { type Command, InvalidArgumentError } from 'commander'
import { type AgentSettings, agentSettings } from './agent-settings.ts'
import { examples, jsonOption } from './command-options.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import { type CallOptions, readCall } from './fetch/read-call.ts'
import { showAnswer } from './fetch/show-answer.ts'
import { Steps } from './fetch/steps.ts'
import { toldAuthority } from './fetch/told-authority.ts'
import type { Surroundings } from './surroundings.ts'

interface FetchCommand extends CallOptions {
  readonly audience?: string
  readonly config?: string
  readonly task?: string
  readonly onBehalfOf?: string
  readonly output?: string
  readonly json?: boolean
}

export function register(program: Command, around: Surroundings): void {
  program
    .command('fetch <url>')
    .helpGroup('For agents:')
    .summary('call a protected API, and ask for what it says is missing')
    .description(
      'Calls a protected API as the agent of lumojit.json, or of the environment. Where the API says which permission is missing, it is ' +
        'asked for, waited for and used once; each step is told on stderr, the body goes to stdout. The task ends with ' +
        'the command, and every grant with it.',
    )
    .option('-X, --method <name>', 'HTTP method; default: GET, or POST with --data')
    .option('-H, --header <line>', 'further header, as in curl; repeatable', collect, [])
    .option('-d, --data <text>', 'body; @file for the bytes of a file')
    .option('-j, --justification <text>', 'why, for the person who decides')
    .option('--task <name>', 'name of the task, as people see it')
    .option('--on-behalf-of <user>', 'a label for the authority and the approver')
    .option(
      '--audience <uri>',
      "the API's own name in tokens, where it is not the origin of the URL",
    )
    .option('-c, --config <file>', "the agent's settings; default: lumojit.json where there is one")
    .option('--wait <seconds>', 'give up waiting for a person after this long', readSeconds)
    .option('-o, --output <file>', 'write the body to a file')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        "lumojit fetch https://api.acme-corp.com/documents/doc_1 -j 'the user asked for a summary'",
        `lumojit fetch https://api.acme-corp.com/payments -d '{"invoice":"inv_204"}' --wait 300`,
        'lumojit fetch https://api.acme-corp.com/documents/doc_1 --json | jq \'select(.type == "response").status\'',
      ),
    )
    .action((url, options) => run(url, options, around))
}

async function run(given: string, command: FetchCommand, around: Surroundings): Promise<void> {
  const url = readUrl(given)
  const call = readCall(command, around)
  const settings = agentSettings(command.config, around)
  const tokens = new Set<Secret>()
  const steps = new Steps(around, url.href, command.json === true)
  const jit = createJit({
    authority: toldAuthority(lumoAuth(settings), {
      asked: (request, decision) => steps.asked(request, decision),
      waiting: (decision) => steps.waiting(decision),
      token: (token) => tokens.add(token),
    }),
    resources: listed(settings, url, command.audience),
    onEvent: (event) => steps.event(event),
  })
  const hidden = () => [...tokens, new Secret(settings.clientSecret)]
  let status = 0
  try {
    const { onBehalfOf = settings.onBehalfOf } = command
    const name = command.task ?? settings.taskName ?? 'lumojit fetch'
    const task = await jit.openTask({ name, ...(onBehalfOf !== undefined && { onBehalfOf }) })
    const response = await task.fetch(url, call)
    steps.hush()
    status = response.status
    await showAnswer(response, { ...command, tokens: hidden }, around)
  } catch (error) {
    if (!around.stop.aborted) throw error
    throw new Fault('INTERRUPTED', 'Broken off.', 'Nothing is asked any more.', exits.interrupted)
  } finally {
    steps.hush()
    await letGo(jit)
  }
  if (status < 400) return
  throw new Fault(
    'ANSWERED',
    `The API answered ${status}.`,
    status === 401 || status === 403
      ? 'It names no permission that could be asked for; `lumojit doctor` looks at its guard.'
      : 'The body says what the API has to say of it.',
    exits.answered,
  )
}

/** The task ends and the agent's tokens with it; an authority that is away has been told of already. */
async function letGo(jit: Jit): Promise<void> {
  try {
    await jit[Symbol.asyncDispose]()
  } catch {
    // What it could not end, ends by itself: tokens are short.
  }
}

/** Whoever types a URL means it: without a list of its own the agent may go to that origin. */
function listed(
  { resources, from }: AgentSettings,
  url: URL,
  audience: string | undefined,
): readonly [Resource, ...Resource[]] {
  const [first, ...others] = resources
  if (first === undefined) return [{ url: url.origin, ...(audience !== undefined && { audience }) }]
  if (audience === undefined) return [first, ...others]
  throw new Fault(
    'USAGE',
    'There is an --audience, and a list of resources as well.',
    `Leave it out: ${from} names the audience of each resource.`,
    exits.usage,
  )
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) return url
  const fix = 'Name all of it, such as https://api.acme-corp.com/documents/doc_1.'
  throw new Fault('USAGE', `${text} is no URL.`, fix, exits.usage)
}

const collect = (line: string, lines: readonly string[]) => [...lines, line]

function readSeconds(text: string): number {
  const seconds = Number(text)
  if (/^\d{1,6}$/.test(text)) return seconds
  throw new InvalidArgumentError('Seconds are a whole number.')
}
