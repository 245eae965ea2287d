import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { clientAuth, createGateway, type Gateway, type GatewayAuth, guardAuth } from '@lumojit/mcp'
import { serveHttp, serveStdio } from '@lumojit/mcp/node'
import type { Command } from 'commander'
import { parse, YAMLParseError } from 'yaml'
import { configOption, needAgentConfig } from './agent-config.ts'
import type { AgentConfig, GatewayAuthConfig } from './agent-config-members.ts'
import { configured, type Engine, openEngine } from './agent-engine.ts'
import { examples, jsonOption } from './command-options.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import { type ListenAddress, readListen } from './listen-address.ts'
import { stateKeyOf } from './mcp-state-key.ts'
import type { Surroundings } from './surroundings.ts'

const END_WITHIN_MS = 2_000

interface McpCommand {
  readonly config: string
  readonly openapi: string
  readonly http?: ListenAddress
  readonly json?: boolean
}

export function register(program: Command, around: Surroundings): void {
  program
    .command('mcp')
    .helpGroup('For agents:')
    .summary('offer an API to MCP clients, permissions included')
    .description(
      'Serves the operations of an OpenAPI document as MCP tools, over stdin and stdout or over HTTP.\n' +
        'Each call gets its permission just in time; no client ever sees a token.',
    )
    .requiredOption('--openapi <file>', 'OpenAPI 3.x document, YAML or JSON')
    .addOption(configOption())
    .option(
      '--http <host:port>',
      'serve over HTTP, at /mcp, instead of stdin and stdout',
      readListen,
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'lumojit mcp --openapi invoices.yaml',
        'lumojit mcp --openapi invoices.yaml --config lumojit.json --http 127.0.0.1:8080',
      ),
    )
    .action((options) => mcp(options, around))
}

async function mcp(command: McpCommand, around: Surroundings): Promise<void> {
  const config = needAgentConfig(command.config, around)
  const document = readDocument(command.openapi, around)
  const engine = openEngine(config)
  const { auth, leave } = authOf(config.gateway?.auth, command.http)
  try {
    const stateKey = await stateKeyOf(engine.authority)
    const { gateway, tools } = configured(() => gatewayOf(config, engine, document, stateKey, auth))
    for (const { method, path, why } of tools.skipped)
      around.complain(`lumojit: ${method.toUpperCase()} ${path} is no tool. ${why}\n`)
    if (command.http === undefined) await serveStdio(gateway, { signal: around.stop })
    else
      await listen(
        gateway,
        command.http,
        { tools: tools.tools, json: command.json === true },
        around,
      )
  } finally {
    // Of the gateway's tasks nothing is left by now; a client kills what does not end soon.
    const ended = Promise.allSettled([leave(), engine.jit[Symbol.asyncDispose]()])
    await Promise.race([ended, setTimeout(END_WITHIN_MS, undefined, { ref: false })])
  }
}

function gatewayOf(
  { gateway: given = {}, openapi, pending, maxBlockMs, onBehalfOf, taskName }: AgentConfig,
  { jit }: Engine,
  document: unknown,
  stateKey: Uint8Array,
  auth: GatewayAuth | undefined,
) {
  const { auth: _, ...settings } = given
  const gateway = createGateway({
    jit,
    ...settings,
    stateKey,
    ...(pending === undefined ? {} : { pending }),
    ...(maxBlockMs === undefined ? {} : { maxBlockMs }),
    ...(auth === undefined ? {} : { auth }),
    task: ({ principal, run }) => ({
      name: taskName ?? `MCP: ${principal}${run && `, run ${run}`}`,
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    }),
  })
  return { gateway, tools: gateway.openapi(document, openapi) }
}

function authOf(
  given: GatewayAuthConfig | undefined,
  http: ListenAddress | undefined,
): { readonly auth: GatewayAuth | undefined; leave(): Promise<void> } {
  const nothing = async () => {}
  if (http === undefined) return { auth: undefined, leave: nothing }
  if (given?.issuer !== undefined) {
    const { resource, issuer } = given
    const auth = configured(() => guardAuth({ resource, issuer }))
    return { auth, leave: () => auth.close() }
  }
  if (given?.clients !== undefined) {
    const { resource, clients } = given
    return {
      auth: configured(() => clientAuth({ resource, clients: clients as never })),
      leave: nothing,
    }
  }
  if (http.loopback) return { auth: undefined, leave: nothing }
  throw new Fault(
    'CONFIG_INVALID',
    `Everybody who reaches ${http.host} could use this agent's permissions.`,
    'Say in `gateway.auth` who may come in, or listen on 127.0.0.1.',
    exits.configuration,
  )
}

async function listen(
  gateway: Gateway,
  { host, port }: ListenAddress,
  { tools, json }: { readonly tools: readonly string[]; readonly json: boolean },
  { stop, write }: Surroundings,
): Promise<void> {
  const running = await serveHttp(gateway, { host, port }).catch((error) => {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error
    throw new Fault(
      'ADDRESS_UNUSABLE',
      `${host}:${port} cannot be listened on (${code}).`,
      'Stop what listens there, or choose another with --http; port 0 takes any free one.',
      exits.address,
      error,
    )
  })
  const url = `${running.url}/mcp`
  write(
    json
      ? `${JSON.stringify({ type: 'ready', url, tools })}\n`
      : `MCP endpoint  ${url}\nTools         ${tools.join(', ') || 'none'}\n`,
  )
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), { once: true })
  })
  await running.close()
}

function readDocument(file: string, { cwd }: Surroundings): unknown {
  try {
    return parse(readFileSync(resolve(cwd, file), 'utf8'))
  } catch (error) {
    const [at] = error instanceof YAMLParseError ? (error.linePos ?? []) : []
    const where = at === undefined ? file : `${file}:${at.line}:${at.col}`
    throw new Fault(
      'CONFIG_INVALID',
      at === undefined ? `${file} cannot be read.` : `${where} is neither YAML nor JSON.`,
      'Name an OpenAPI 3.x document with --openapi.',
      exits.configuration,
      error,
    )
  }
}
