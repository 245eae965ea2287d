import type { RunnableConfig } from '@langchain/core/runnables'
import { type Kept, keptIn } from './kept.ts'

/** A tool call that waits for a decision of the authority. Everything but `handle` is for display. */
export interface PendingPermission extends Kept {
  /** The graph's own name of the interrupt. Whatever it is resumed with decides nothing. */
  readonly interruptId?: string
}

interface Snapshot {
  readonly tasks: readonly {
    readonly result?: unknown
    readonly interrupts: readonly { readonly id?: string; readonly value?: unknown }[]
  }[]
}

/** A compiled graph. Of an agent made with `createAgent`: the agent, or its `graph`. */
export interface JitGraph {
  // biome-ignore lint/suspicious/noExplicitAny: a graph's own types are its own.
  invoke(input: any, config?: any): Promise<any>
}

interface Readable {
  readonly checkpointer?: unknown
  getState?(config: RunnableConfig): Promise<Snapshot>
}

/** The agent's graph, or the graph itself. */
export function graphOf(given: JitGraph): JitGraph {
  const { graph } = given as { graph?: JitGraph }
  return typeof graph?.invoke === 'function' ? graph : given
}

/**
 * The calls of a thread that wait for the authority, subgraphs included. The application's own
 * interrupts are not among them. Empty for a graph without a checkpointer.
 */
export async function pendingPermissions(
  given: JitGraph,
  config: RunnableConfig,
): Promise<readonly PendingPermission[]> {
  const graph = graphOf(given) as Readable
  if (!graph.checkpointer || config.configurable?.thread_id === undefined) return []
  // The thread as it stands now, whatever checkpoint the run was started from.
  const { checkpoint_id: _, ...configurable } = config.configurable
  const snapshot = await graph.getState?.({ configurable })
  const waiting = new Map<string, PendingPermission>()
  for (const { interrupts, result } of snapshot?.tasks ?? []) {
    // The interrupt of a call that has been done since stays where it was.
    if (result !== undefined) continue
    for (const { id, value } of interrupts) {
      const kept = keptIn(value)
      if (kept) waiting.set(kept.key, { ...kept, ...(id === undefined ? {} : { interruptId: id }) })
    }
  }
  return [...waiting.values()]
}
