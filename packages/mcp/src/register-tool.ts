import type { McpServer } from '@modelcontextprotocol/server'
import { driveCall, type Ground } from './drive-call.ts'
import { readCall } from './read-call.ts'
import type { ToolDefinition } from './tool-definition.ts'

/** One tool on one server. The SDK has validated what `call` is given. */
export function registerTool(server: McpServer, ground: Ground, tool: ToolDefinition): void {
  const { permissions: _, inputSchema, ...options } = tool.options
  const { codec, settings } = ground
  const call = async (input: unknown, context: Parameters<typeof readCall>[1]) =>
    driveCall(ground, tool, input, await readCall(server, context, codec, settings.pending))
  const config = { ...options, ...(inputSchema ? { inputSchema } : {}) } as never
  const callback = inputSchema ? call : (context: never) => call({}, context)
  server.registerTool(tool.name, config, callback as never)
}
