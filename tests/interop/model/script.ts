/** One conversation so far, whatever protocol it came in. */
export interface Conversation {
  /** Names of the tools on offer. */
  readonly tools: readonly string[]
  readonly results: readonly ToolResult[]
}

export interface ToolResult {
  readonly tool: string
  readonly text: string
}

export interface PlannedCall {
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
}

/** What the model does next: calls tools, or says something and is done. */
export type Turn = { readonly calls: readonly PlannedCall[] } | { readonly say: string }

export type Script = (conversation: Conversation) => Turn | Promise<Turn>

/** Calls one tool after the other, and then says what the tools told it: it knows nothing else. */
export function oneAfterTheOther(...plan: readonly PlannedCall[]): Script {
  return ({ tools, results }) => {
    const next = plan[results.length]
    if (next === undefined)
      return { say: `I was told: ${results.map(({ text }) => text).join(' | ')}` }
    // A tool that is not on offer cannot be called: the run says so instead of going in circles.
    if (!tools.some((name) => isTool(name, next.tool)))
      return { say: `There is no tool ${next.tool} among: ${tools.join(', ')}` }
    return {
      calls: [{ ...next, tool: tools.find((name) => isTool(name, next.tool)) ?? next.tool }],
    }
  }
}

/** Frameworks put a server's name before a tool's. */
const isTool = (offered: string, wanted: string) =>
  offered === wanted || offered.endsWith(`_${wanted}`)
