import type { McpServer, StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import { type Gateway, groundOf } from './gateway.ts'
import { registerTool } from './register-tool.ts'
import type { JitToolOptions, ToolDefinition, ToolHandler } from './tool-definition.ts'

/**
 * Registers a tool that gets its permissions just in time, on an `McpServer` of your own. Make that
 * server with `gateway.serverOptions`: they verify what clients send back between two rounds.
 */
export function jitTool<IN extends StandardSchemaWithJSON | undefined = undefined>(
  server: McpServer,
  gateway: Gateway,
  name: string,
  options: JitToolOptions<IN>,
  handler: ToolHandler<IN>,
): void {
  registerTool(server, groundOf(gateway), { name, options, handler } as unknown as ToolDefinition)
}
