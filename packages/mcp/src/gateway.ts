import {
  McpServer,
  type McpServerOptions,
  type StandardSchemaWithJSON,
} from '@modelcontextprotocol/server'
import type { Ground } from './drive-call.ts'
import { httpEndpoint } from './http-endpoint.ts'
import type { OpenApiOptions, OpenApiReport } from './openapi/openapi-tools.ts'
import { openApiTools } from './openapi/openapi-tools.ts'
import { type GatewayOptions, invalid, settingsOf } from './options.ts'
import { registerTool } from './register-tool.ts'
import { requestStateCodec } from './request-state.ts'
import { Runs } from './runs.ts'
import type { JitToolOptions, ToolDefinition, ToolHandler } from './tool-definition.ts'

/** Tools for MCP clients, each call of which gets its permissions just in time. */
export interface Gateway {
  /** Adds a tool. All tools are added before the first client comes. */
  tool<IN extends StandardSchemaWithJSON | undefined = undefined>(
    name: string,
    options: JitToolOptions<IN>,
    handler: ToolHandler<IN>,
  ): void
  /** Adds a tool for each operation of an OpenAPI 3.x document, parsed. Says what became a tool and what did not. */
  openapi(document: unknown, options?: OpenApiOptions): OpenApiReport
  /** Answers one HTTP request: the MCP endpoint, and the metadata of RFC 9728 where there is `auth`. */
  readonly fetch: (request: Request) => Promise<Response>
  /** A server with all tools, for a transport of your own; a transport has one client. */
  server(): McpServer
  /** For an `McpServer` of your own, whose tools `jitTool` adds. */
  readonly serverOptions: Pick<McpServerOptions, 'requestState'>
  /** Ends every run: waits end, and what the tasks hold is revoked. Idempotent. */
  close(): Promise<void>
}

const grounds = new WeakMap<Gateway, Ground>()

/** What a gateway's tools share. */
export function groundOf(gateway: Gateway): Ground {
  const ground = grounds.get(gateway)
  if (ground) return ground
  throw invalid('This is no gateway.', 'Pass what `createGateway({ … })` gave.')
}

/** Throws `CONFIG_INVALID`. Nothing is sent before the first call. */
export function createGateway(options: GatewayOptions): Gateway {
  const settings = settingsOf(options)
  const codec = requestStateCodec(settings.stateKey)
  const ground: Ground = { settings, codec, runs: new Runs(settings) }
  const tools = new Map<string, ToolDefinition>()
  const serverOptions = { requestState: { verify: codec.verify } }
  const { name, version, instructions } = settings

  const add = (tool: ToolDefinition) => {
    if (!/^[\w.-]{1,64}$/.test(tool.name)) {
      throw invalid(
        `The tool name ${JSON.stringify(tool.name)} is not understood by every client.`,
        'Use up to 64 letters, digits, underscores, dots and hyphens.',
      )
    }
    if (tools.has(tool.name)) {
      throw invalid(`There are two tools ${tool.name}.`, 'Give one of them another name.')
    }
    tools.set(tool.name, tool)
  }
  const server = () => {
    const made = new McpServer(
      { name, version },
      { ...serverOptions, ...(instructions === undefined ? {} : { instructions }) },
    )
    for (const tool of tools.values()) registerTool(made, ground, tool)
    return made
  }
  const endpoint = httpEndpoint(settings, server)
  let closed: Promise<void> | undefined

  const gateway: Gateway = {
    tool: (toolName, toolOptions, handler) =>
      add({ name: toolName, options: toolOptions, handler } as unknown as ToolDefinition),
    openapi: (document, given = {}) => {
      const { tools: found, report } = openApiTools(document, given)
      for (const tool of found) add(tool)
      return report
    },
    fetch: (request) => endpoint.fetch(request),
    server,
    serverOptions,
    close: () => (closed ??= Promise.all([endpoint.close(), ground.runs.close()]).then(() => {})),
  }
  grounds.set(gateway, ground)
  return gateway
}
