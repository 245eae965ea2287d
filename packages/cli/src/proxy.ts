import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { systemClock } from '@lumojit/core'
import type { Resource } from '@lumojit/protocol'
import { type Command, InvalidArgumentError } from 'commander'
import { needAgentConfig } from './agent-config.ts'
import type { AgentConfig } from './agent-config-members.ts'
import { type Engine, openEngine } from './agent-engine.ts'
import { examples, jsonOption } from './command-options.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import { type ListenAddress, readListen } from './listen-address.ts'
import { ProxyRun } from './proxy-run.ts'
import { type RunningProxy, serveProxy } from './proxy-server.ts'
import { ProxyTarget } from './proxy-target.ts'
import type { Surroundings } from './surroundings.ts'

interface ProxyCommand {
  readonly resource: string
  readonly audience?: string
  readonly listen: ListenAddress
  readonly maxBlock?: number
  readonly idle: number
  readonly task?: string
  readonly config?: string
  readonly json?: boolean
}

const MAX_BLOCK_MS = 25_000
const CONFIG = 'lumojit.json'

export function register(program: Command, around: Surroundings): void {
  program
    .command('proxy')
    .helpGroup('For agents:')
    .summary('an API with permissions, for programs in any language')
    .description(
      'Serves one API on a loopback port. Programs use the base URL it prints instead of the API’s own:\n' +
        'what they may not do yet is asked for, and no token ever reaches them.\n' +
        'Ends on Ctrl-C, and everything that was granted ends with it.',
    )
    .requiredOption('--resource <url>', 'the API: a resource of the settings, or any other')
    .option('--audience <uri>', 'what the API is called in tokens, where that is not its URL')
    .option('--listen <host:port>', 'loopback address; port 0 takes any free one', readLoopback, {
      host: '127.0.0.1',
      port: 0,
      loopback: true,
    })
    .option(
      '--max-block <time>',
      'how long a call is held while a person decides (default: 25s)',
      readTime,
    )
    .option('--idle <time>', 'a task without calls ends after this', readTime, 900_000)
    .option('--task <name>', 'what approvers see')
    .option('-c, --config <file>', `the agent's settings (default: ${CONFIG}, or the environment)`)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `${examples(
        'lumojit proxy --resource https://api.acme-corp.com',
        'lumojit proxy --resource http://127.0.0.1:8081 --audience https://api.acme-corp.com --max-block 8s',
      )}

Without a settings file, LUMOAUTH_URL, LUMOAUTH_ORG_ID, AGENT_CLIENT_ID and AGENT_CLIENT_SECRET say who asks whom.`,
    )
    .action((options) => proxy(options, around))
}

/** Serves until asked to stop; then everything that was granted is revoked. */
async function proxy(command: ProxyCommand, around: Surroundings): Promise<void> {
  const config = configOf(command, around)
  const [{ url }] = config.resources
  const { jit }: Engine = openEngine(config)
  const { maxBlock = config.maxBlockMs ?? MAX_BLOCK_MS, idle, listen } = command
  const { task: name = config.taskName ?? 'lumojit proxy' } = command
  const { onBehalfOf } = config
  const run = new ProxyRun({
    jit,
    clock: systemClock,
    task: { name, ...(onBehalfOf !== undefined && { onBehalfOf }) },
    maxBlockMs: maxBlock,
    idleMs: idle,
  })
  try {
    const secret = randomBytes(24).toString('base64url')
    const { host, port } = listen
    const served = await listening({ run, target: new ProxyTarget(url), secret, host, port })
    around.write(announcement(command, url, maxBlock, served))
    await aborted(around.stop)
    const { revoked, unrevoked } = await run.end()
    await served.close()
    around.write(farewell(command, revoked, unrevoked))
  } finally {
    await jit[Symbol.asyncDispose]()
  }
}

/** The one resource alone, whatever else the settings list. */
function configOf(command: ProxyCommand, around: Surroundings): AgentConfig {
  const { resource, audience, config: file = CONFIG } = command
  const present = command.config !== undefined || existsSync(resolve(around.cwd, file))
  const config = present ? needAgentConfig(file, around) : undefined
  const listed = config?.resources.find(
    (each) => each.url === resource || each.audience === resource,
  )
  const chosen: Resource = {
    ...(listed ?? { url: resource }),
    ...(audience !== undefined && { audience }),
  }
  return { ...(config ?? { authority: authorityOf(around) }), resources: [chosen] }
}

function authorityOf({ env }: Surroundings): AgentConfig['authority'] {
  const named = {
    url: env.LUMOAUTH_URL,
    org: env.LUMOAUTH_ORG_ID || env.LUMOAUTH_TENANT,
    clientId: env.AGENT_CLIENT_ID,
    clientSecret: env.AGENT_CLIENT_SECRET,
  }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value))
}

async function listening(options: Parameters<typeof serveProxy>[0]): Promise<RunningProxy> {
  try {
    return await serveProxy(options)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const message = `${options.host}:${options.port} cannot be listened on (${code}).`
    const fix =
      'Stop what listens there, or choose another with --listen; port 0 takes any free one.'
    throw new Fault('ADDRESS_UNUSABLE', message, fix, exits.address, error)
  }
}

function announcement(
  { json }: ProxyCommand,
  resource: string,
  maxBlockMs: number,
  { baseUrl, runUrl }: RunningProxy,
): string {
  if (json) {
    const ready = { type: 'ready', base_url: baseUrl, run_url: runUrl, resource }
    return `${JSON.stringify({ ...ready, max_block_ms: maxBlockMs })}\n`
  }
  return `
  ${resource} is served, with permissions, at

    ${baseUrl}

  Give programs this base URL instead; whoever knows it is this run. A call that needs a person is
  held for ${maxBlockMs / 1000} s, then answered 503 with Retry-After; the same call goes on later.

    curl -X DELETE ${runUrl}

  ends the task and revokes what it was granted; so does Ctrl-C.

`
}

const farewell = ({ json }: ProxyCommand, revoked: number, unrevoked: number): string =>
  json
    ? `${JSON.stringify({ type: 'stopped', revoked, unrevoked })}\n`
    : `\nStopped; ${revoked} grants were revoked${unrevoked > 0 ? `, ${unrevoked} could not be: they live until they expire` : ''}.\n`

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Whoever reaches the proxy acts as the agent. */
function readLoopback(text: string): ListenAddress {
  const address = readListen(text)
  if (address.loopback) return address
  throw new InvalidArgumentError('Use a loopback address, such as 127.0.0.1:0 or [::1]:8081.')
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

function readTime(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})(ms|s|m|h)$/.exec(text) ?? []
  const ms = Number(number) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN)
  if (number !== '' && ms < 2 ** 31) return ms
  throw new InvalidArgumentError('Use a number and a unit: 500ms, 25s, 15m, 1h.')
}
