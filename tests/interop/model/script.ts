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

/** What is said of a call that waits for a person, by whoever says it. */
const WAITS = /APPROVAL_PENDING|approval is pending|has to approve|timed? ?out|please try again/i
const MOST_TRIES = 40

export interface Manner {
  /** Milliseconds before a call that waits for a person is made again. */
  readonly patienceMs?: number
}

/**
 * Calls one tool after the other, each until it is answered, and then says what the tools told it: it
 * knows nothing else.
 */
export function oneAfterTheOther(
  plan: readonly PlannedCall[],
  { patienceMs = 0 }: Manner = {},
): Script {
  return async ({ tools, results }) => {
    const answers = results.filter(({ text }) => !WAITS.test(text))
    const next = plan[answers.length]
    if (next === undefined || results.length > MOST_TRIES)
      return { say: `I was told: ${answers.map(({ text }) => text).join(' | ')}` }
    const tool = tools.find((name) => isTool(name, next.tool))
    // A tool that is not on offer cannot be called: the run says so instead of going in circles.
    if (tool === undefined)
      return { say: `There is no tool ${next.tool} among: ${tools.join(', ')}` }
    if (results.length > answers.length) await new Promise((go) => setTimeout(go, patienceMs))
    return { calls: [{ ...next, tool }] }
  }
}

/** Frameworks put a server's name before a tool's. */
const isTool = (offered: string, wanted: string) =>
  offered === wanted || offered.endsWith(`_${wanted}`)
