import type { ToolContext } from '@lumojit/core'
import type { AuthorizationDetails } from '@lumojit/protocol'
import type { StandardSchemaWithJSON, ToolAnnotations } from '@modelcontextprotocol/server'

/** What a tool says it needs before it runs. */
export interface Declared {
  /** The `url` or `audience` of a listed resource, or any URL within it. */
  readonly resource: string
  readonly details: AuthorizationDetails
}

type Given<IN> = IN extends StandardSchemaWithJSON ? StandardSchemaWithJSON.InferOutput<IN> : object

/** The SDK's own tool options, without what would send the client for a permission instead of us. */
export interface JitToolOptions<IN extends StandardSchemaWithJSON | undefined> {
  readonly title?: string
  readonly description?: string
  readonly inputSchema?: IN
  readonly outputSchema?: StandardSchemaWithJSON
  readonly annotations?: ToolAnnotations
  /** What this call needs, asked for before it runs. Without it, the API's own refusal says so. */
  readonly permissions?: (input: Given<IN>) => Declared | readonly Declared[]
}

/** What a tool is given besides its arguments. Several callers may wait for one call, so nothing here is any one's. */
export interface ToolExtra {
  readonly jit: ToolContext
  readonly principal: string
  readonly run: string
}

/**
 * What the tool does. A string, plain data, a `Response` or the SDK's own `CallToolResult` becomes its
 * result. Runs from its beginning when a call goes on after a pause: do the protected call first.
 */
export type ToolHandler<IN extends StandardSchemaWithJSON | undefined> = (
  input: Given<IN>,
  extra: ToolExtra,
) => unknown

/** A tool with its types forgotten: what the SDK validates fits what its author wrote. */
export interface ToolDefinition {
  readonly name: string
  readonly options: JitToolOptions<StandardSchemaWithJSON | undefined>
  readonly handler: (input: never, extra: ToolExtra) => unknown
}
