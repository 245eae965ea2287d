import { randomBytes } from 'node:crypto'
import { createJit, isLumojitError, lumoAuth, systemClock } from '@lumojit/core'
import { type Command, InvalidArgumentError } from 'commander'
import { examples, jsonOption } from './command-options.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import { ProxyRun } from './proxy-run.ts'
import { type RunningProxy, serveProxy } from './proxy-server.ts'
import { ProxyTarget } from './proxy-target.ts'
import type { Surroundings } from './surroundings.ts'

interface ProxyCommand {
  readonly resource: string
  readonly audience?: string
  readonly listen: { readonly host: string; readonly port: number }
  readonly maxBlock: number
  readonly idle: number
  readonly task: string
  readonly json?: boolean
}

export function register(program: Command, around: Surroundings): void {
  program
    .command('proxy')
    .helpGroup('For agents:')
    .summary('an API with just-in-time permissions, for programs in any language')
    .description(
      'Serves one API on a loopback port. Programs use the base URL it prints instead of the API’s own: what they may not do yet is asked for, and no token ever reaches them. Ends on Ctrl-C, and everything that was granted ends with it.',
    )
    .requiredOption('--resource <url>', 'the API')
    .option('--audience <uri>', 'what the API is called in tokens, where that is not its URL')
    .option('--listen <address>', 'loopback address and port; 0 takes any free one', readListen, {
      host: '127.0.0.1',
      port: 0,
    })
    .option(
      '--max-block <time>',
      'how long a call is held while a person decides',
      readTime,
      25_000,
    )
    .option('--idle <time>', 'a task without calls ends after this', readTime, 900_000)
    .option('--task <name>', 'what approvers see', 'lumojit proxy')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `${examples(
        'lumojit proxy --resource https://api.acme-corp.com',
        'lumojit proxy --resource http://127.0.0.1:8081 --audience https://api.acme-corp.com --max-block 8s',
      )}

The agent’s credentials are read from LUMOAUTH_URL, LUMOAUTH_ORG_ID, AGENT_CLIENT_ID and AGENT_CLIENT_SECRET.`,
    )
    .action((options) => proxy(options, around))
}

/** Serves until asked to stop; then everything that was granted is revoked. */
async function proxy(command: ProxyCommand, around: Surroundings): Promise<void> {
  const { resource: url, audience, listen, maxBlock, idle } = command
  const jit = engine({ url, ...(audience !== undefined && { audience }) }, around)
  const run = new ProxyRun({
    jit,
    clock: systemClock,
    taskName: command.task,
    maxBlockMs: maxBlock,
    idleMs: idle,
  })
  try {
    const secret = randomBytes(24).toString('base64url')
    const served = await listening({ run, target: new ProxyTarget(url), secret, ...listen })
    around.write(announcement(command, served))
    await aborted(around.stop)
    const { revoked, unrevoked } = await run.end()
    await served.close()
    around.write(farewell(command, revoked, unrevoked))
  } finally {
    await jit[Symbol.asyncDispose]()
  }
}

function engine(
  resource: { readonly url: string; readonly audience?: string },
  { env }: Surroundings,
) {
  const given = (name: string, option: string) =>
    env[name] === undefined ? {} : { [option]: env[name] }
  try {
    return createJit({
      authority: lumoAuth({
        ...given('LUMOAUTH_URL', 'url'),
        ...given('LUMOAUTH_TENANT', 'org'),
        ...given('LUMOAUTH_ORG_ID', 'org'),
        ...given('AGENT_CLIENT_ID', 'clientId'),
        ...given('AGENT_CLIENT_SECRET', 'clientSecret'),
      }),
      resources: [resource],
    })
  } catch (error) {
    if (!isLumojitError(error)) throw error
    throw new Fault('CONFIG_INVALID', error.message, error.fix, exits.configuration, error)
  }
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
  { json, resource, maxBlock }: ProxyCommand,
  { baseUrl, runUrl }: RunningProxy,
): string {
  if (json) {
    const ready = { type: 'ready', base_url: baseUrl, run_url: runUrl, resource }
    return `${JSON.stringify({ ...ready, max_block_ms: maxBlock })}\n`
  }
  return `
  ${resource} is served, with permissions, at

    ${baseUrl}

  Give programs this base URL instead; whoever knows it is this run. A call that needs a person is
  held for ${maxBlock / 1000} s, then answered 503 with Retry-After; the same call goes on later.
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

/** Loopback literals alone: whoever reaches the proxy acts as the agent. */
function readListen(text: string): ProxyCommand['listen'] {
  const [, host = '', digits = ''] = /^(\[::1\]|[\w.]+):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  const isLoopback = host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
  if (isLoopback && port <= 65_535) return { host: host === '[::1]' ? '::1' : host, port }
  throw new InvalidArgumentError(
    'Use a loopback address and a port, such as 127.0.0.1:0 or [::1]:8081.',
  )
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

function readTime(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})(ms|s|m|h)$/.exec(text) ?? []
  const ms = Number(number) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN)
  if (number !== '' && ms < 2 ** 31) return ms
  throw new InvalidArgumentError('Use a number and a unit: 500ms, 25s, 15m, 1h.')
}
