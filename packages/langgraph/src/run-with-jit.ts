import type { RunnableConfig } from '@langchain/core/runnables'
import { isCommand } from '@langchain/langgraph'
import { LumojitError } from '@lumojit/core'
import { within } from './current-run.ts'
import { type JitRunOptions, LiveRun } from './live-run.ts'
import { graphOf, type JitGraph, pendingPermissions } from './pending-permissions.ts'

type Input<G extends JitGraph> = Parameters<G['invoke']>[0] | null
type Config<G extends JitGraph> = NonNullable<Parameters<G['invoke']>[1]> & RunnableConfig
type Output<G extends JitGraph> = Awaited<ReturnType<G['invoke']>>

/**
 * The graph's `invoke`. When the run ends, however it ends, everything it was granted is given back;
 * a run that paused for the authority keeps its task open. New input to a thread that waits drops
 * what waits: it is taken back. A mistake of the application rejects it as a `LumojitError`.
 */
export async function runWithJit<G extends JitGraph>(
  given: G,
  input: Input<G>,
  config: Config<G>,
  options: JitRunOptions,
): Promise<Output<G>> {
  const { graph, run, own } = await begin(given, input, config, options)
  try {
    const output = await within(run, () => graph.invoke(input, own))
    await run.end((await pendingPermissions(graph, config)).length > 0)
    return output
  } catch (error) {
    throw await run.broke(error)
  }
}

/**
 * The graph's `stream`, with the same care. Whoever stops reading ends the run. `streamMode` and all
 * else in `config` is the graph's own.
 */
export async function* streamWithJit<G extends JitGraph>(
  given: G,
  input: Input<G>,
  // biome-ignore lint/suspicious/noExplicitAny: what a graph streams depends on its config.
  config: Config<G> & { readonly streamMode?: any },
  options: JitRunOptions,
  // biome-ignore lint/suspicious/noExplicitAny: as above.
): AsyncGenerator<any, void, void> {
  const { graph, run, own } = await begin(given, input, config, options)
  const { stream } = graph as { stream?(input: unknown, config: unknown): Promise<unknown> }
  let isRead = false
  let hasFailed = false
  try {
    const chunks = (await within(run, () =>
      stream?.call(graph, input, own),
    )) as AsyncIterable<unknown>
    const iterator = chunks[Symbol.asyncIterator]()
    // The graph works while it is read, so each step of it is within the run.
    const step = () => within(run, () => iterator.next())
    try {
      let next = await step()
      while (!next.done) {
        yield next.value
        next = await step()
      }
      isRead = true
    } finally {
      if (!isRead) await iterator.return?.()
    }
    await run.end((await pendingPermissions(graph, config)).length > 0)
  } catch (error) {
    hasFailed = true
    throw await run.broke(error)
  } finally {
    if (!isRead && !hasFailed) await run.task.complete()
  }
}

/**
 * Lets a thread that waits go on, in any process. What waits is asked of the authority again, and of
 * nobody else: `wake` carries no answer. What is still undecided waits on.
 */
export function wake<G extends JitGraph>(
  graph: G,
  config: Config<G>,
  options: JitRunOptions,
): Promise<Output<G>> {
  return runWithJit(graph, null, config, options)
}

/** The thread will never go on: what it waits for is taken back, what it holds is given back. */
export async function abandon(
  given: JitGraph,
  config: RunnableConfig,
  options: JitRunOptions,
): Promise<void> {
  const waiting = await pendingPermissions(given, config)
  if (waiting.length === 0) return
  const run = new LiveRun(options, waiting)
  await run.abandon(waiting)
  await run.task.complete()
}

async function begin(
  given: JitGraph,
  input: unknown,
  config: RunnableConfig,
  options: JitRunOptions,
) {
  if (typeof options?.jit?.callTool !== 'function') {
    throw new LumojitError(
      'CONFIG_INVALID',
      'A run with permissions needs an engine.',
      'Pass `{ jit }`: what `createJit({ authority, resources })` gave.',
    )
  }
  const graph = graphOf(given)
  const waiting = await pendingPermissions(graph, config)
  const run = new LiveRun(options, waiting)
  const goesOn = input === null || isCommand(input)
  if (!goesOn) await run.abandon(waiting)
  return { graph, run, own: { ...config, signal: run.signal(config.signal) } }
}
