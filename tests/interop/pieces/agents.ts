import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, startCommand } from '../command.ts'
import { oneAfterTheOther, type PlannedCall } from '../model/script.ts'
import { startModel } from '../model/server.ts'
import { type Check, inEmptyDirectory, must } from '../piece.ts'
import { run } from '../python.ts'
import { openWorld, type World } from '../world.ts'

/** A framework's program that gets its permissions by ours. */
export interface AgentProgram {
  /** Path of the Python file. */
  readonly file: string
  readonly by: 'gateway' | 'proxy'
  readonly plan: readonly PlannedCall[]
  /** What must have happened at the API, once, when all was permitted. */
  readonly effects: readonly string[]
  readonly args?: readonly string[]
  /** Seconds that this framework waits for a call unless told otherwise; a person thinks longer. */
  readonly timeoutSeconds?: number
}

const AUDIENCE = 'https://api.acme-corp.com'

interface Situation {
  readonly decision: 'none' | 'approve' | 'deny'
  /** Milliseconds a person thinks. */
  readonly thinkMs: number
  /** How long the gateway or the proxy holds a call. */
  readonly maxBlock: string
  readonly env?: Readonly<Record<string, string>>
}

/** What every agent must get right, by the way its tools take. */
export function agentChecks(program: AgentProgram): readonly Check[] {
  const { by, timeoutSeconds } = program
  const check = (name: string, situation: Situation, slow = false): Check => ({
    name: `${by}: ${name}`,
    slow,
    run: async (python) => runAgent(program, situation, python),
  })
  const checks = [
    check('granted at once', { decision: 'none', thinkMs: 0, maxBlock: '4s' }),
    check('pending, then approved', { decision: 'approve', thinkMs: 3_000, maxBlock: '1s' }),
    check('denied', { decision: 'deny', thinkMs: 0, maxBlock: '4s' }),
  ]
  if (timeoutSeconds === undefined) return checks
  // Held for longer than the framework waits: its own retries, or its model's, must find the same call.
  const impatient: Situation = {
    decision: 'approve',
    thinkMs: (timeoutSeconds + 5) * 1000,
    maxBlock: `${timeoutSeconds * 4}s`,
    env: { TIMEOUT_SECONDS: `${timeoutSeconds}` },
  }
  const name = `a person thinks ${timeoutSeconds + 5} s, it waits ${timeoutSeconds} s`
  return [...checks, check(name, impatient, timeoutSeconds > 10)]
}

async function runAgent(
  program: AgentProgram,
  { decision, thinkMs, maxBlock, env = {} }: Situation,
  python: string,
): Promise<undefined> {
  const world = await openWorld({ grantUpTo: decision === 'none' ? 'critical' : 'none' })
  const model = await startModel(oneAfterTheOther(program.plan, { patienceMs: 500 }))
  if (decision !== 'none') world.human.will(decision, thinkMs)
  try {
    const said = await inEmptyDirectory(async (cwd) => {
      const command = await startSide(program, world, maxBlock, cwd)
      try {
        const ran = await run(python, [program.file, ...(program.args ?? [])], {
          cwd,
          deadlineMs: 300_000,
          env: {
            ...model.env,
            ...env,
            HOME: cwd,
            MODEL: 'gpt-4.1',
            TASK: 'Do what the script says.',
            // Neither secret nor address of authority or API: one address of ours is all it has.
            LUMOJIT_MCP_URL: command.ready.url ?? '',
            ACME_URL: command.ready.base_url ?? '',
          },
        })
        const fault = `\n${ran.said}\nAPI: ${world.api.answers.join(', ')}`
        must(ran.code === 0, `It ended with ${ran.code}.${fault}`)
        judge(program, decision, world, ran.said, fault)
        return ran.said
      } finally {
        await command.stop()
      }
    })
    must((await world.tokensAlive()) === 0, 'Tokens outlived the run.')
    const leaked = world.tokens().filter((token) => said.includes(token))
    must(leaked.length === 0, 'A token was printed.')
  } finally {
    await model.close()
    await world.close()
  }
}

function judge(
  { plan, effects }: AgentProgram,
  decision: Situation['decision'],
  { api, questions, human, tokensGranted }: World,
  said: string,
  fault: string,
): void {
  // Terminals and boxes break lines anywhere.
  const heard = said.replace(/[\s│┃║]+/g, '')
  const permitted = decision !== 'deny'
  must(
    heard.includes(api.secret) === permitted,
    `What the API tells was ${permitted ? 'not ' : ''}heard.${fault}`,
  )
  if (!permitted)
    must(
      /denied|refused|not (?:permitted|allowed)/i.test(said),
      `Nobody heard of the denial.${fault}`,
    )
  const wanted = JSON.stringify(permitted ? effects : [])
  must(JSON.stringify(api.effects) === wanted, `Effects: ${JSON.stringify(api.effects)}${fault}`)
  must(questions() === plan.length, `${questions()} questions instead of ${plan.length}.${fault}`)
  if (decision !== 'none')
    must(human.saw.length === plan.length, `${human.saw.length} seen.${fault}`)
  must(tokensGranted() > 0 === permitted, `${tokensGranted()} tokens were granted.${fault}`)
}

/** The gateway or the proxy, as its README starts it. */
async function startSide(
  { by }: AgentProgram,
  world: World,
  maxBlock: string,
  cwd: string,
): Promise<Command> {
  const config = join(cwd, 'lumojit.json')
  const resource = { url: world.apiUrl, audience: AUDIENCE }
  await writeFile(
    config,
    JSON.stringify({
      client_secret: { env: 'AGENT_CLIENT_SECRET' },
      resources: [resource],
      task_name: 'interop',
      max_block: maxBlock,
      openapi: { base_url: world.apiUrl },
    }),
  )
  const document = join(import.meta.dirname, '..', 'acme.yaml')
  const args =
    by === 'gateway'
      ? ['mcp', '--openapi', document, '--http', '127.0.0.1:0', '--config', config]
      : ['proxy', '--resource', world.apiUrl, '--audience', AUDIENCE, '--max-block', maxBlock]
  return startCommand(args, world.env)
}
