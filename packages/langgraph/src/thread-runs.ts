import type { RunnableConfig } from '@langchain/core/runnables'
import type { BaseCheckpointSaver, CheckpointTuple } from '@langchain/langgraph'
import { type Kept, keptIn } from './kept.ts'
import { type JitRunOptions, type JitTaskOptions, LiveRun } from './live-run.ts'

/** What can be seen of a run from within its nodes. */
export interface Place {
  readonly configurable?: { readonly [member: string]: unknown } | undefined
  readonly signal?: AbortSignal | undefined
}

interface Entry {
  readonly run: LiveRun
  /** Whose abort ends it. A step of a graph may have a signal of its own. */
  readonly signals: WeakSet<AbortSignal>
  /** Tool calls under way. */
  active: number
  paused: boolean
}

/** How many paused runs are remembered here; of older ones the checkpoint knows all that is needed. */
const REMEMBERED = 1000
/** A thread's latest checkpoints: the one that waited lies just before the new input. */
const LOOKED_AT = 3

/** The runs of one agent, for whom nobody says when they begin and end. */
export class ThreadRuns {
  readonly #options: Omit<JitRunOptions, 'task'>
  readonly #live = new Map<string, Promise<Entry>>()
  readonly #handles = new Map<string, string>()
  readonly #ending = new Set<Promise<void>>()

  constructor(options: Omit<JitRunOptions, 'task'>) {
    this.#options = options
  }

  /** For a tool call. Calls of one run share its task; a run that was paused finds its own again. */
  async enter(name: string, task: JitTaskOptions, place: Place): Promise<LiveRun> {
    const key = keyOf(name, task)
    let entry = this.#live.get(key)
    if (!entry) {
      entry = this.#open(key, task, place)
      this.#live.set(key, entry)
      entry.catch(() => this.#live.delete(key))
    }
    const found = await entry
    const { signal } = place
    if (signal && !found.signals.has(signal)) {
      found.signals.add(signal)
      signal.addEventListener('abort', () => this.#endAborted(name, task), { once: true })
    }
    found.active += 1
    return found.run
  }

  /** After a tool call. When the last one is back and any has paused, the task is let go of here. */
  async leave(name: string, task: JitTaskOptions, paused: boolean): Promise<void> {
    const key = keyOf(name, task)
    const entry = await this.#live.get(key)
    if (!entry) return
    entry.active -= 1
    entry.paused ||= paused
    if (entry.active > 0 || !entry.paused) return
    this.#remember(key, await entry.run.task.suspend())
    if (entry.active > 0) return
    this.#live.delete(key)
    await entry.run.letGo()
  }

  /** Everything is given back. */
  async end(name: string, task: JitTaskOptions): Promise<void> {
    const key = keyOf(name, task)
    const entry = await this.#live.get(key)?.catch(() => undefined)
    this.#live.delete(key)
    this.#handles.delete(key)
    await entry?.run.task.complete()
  }

  /** Resolves when all that was granted to runs that were aborted is given back. */
  async settled(): Promise<void> {
    while (this.#ending.size > 0) await Promise.all(this.#ending)
  }

  /** Nobody waits for a run that was aborted, and what it was granted is given back all the same. */
  #endAborted(name: string, task: JitTaskOptions): void {
    const ending = this.end(name, task)
      .catch(() => {})
      .finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  /** The calls of the turn before, which the user's new input has dropped, are taken back. */
  async abandon(
    name: string,
    task: JitTaskOptions,
    place: Place,
    dropped: ReadonlySet<string>,
  ): Promise<void> {
    const waiting = (await keptAt(place, LOOKED_AT)).filter(({ callId }) => dropped.has(callId))
    if (waiting.length === 0) return
    const run = new LiveRun({ ...this.#options, task }, waiting)
    await run.abandon(waiting)
    // The task goes on with the new turn.
    this.#live.set(
      keyOf(name, task),
      Promise.resolve({ run, signals: new WeakSet(), active: 0, paused: false }),
    )
  }

  async #open(key: string, task: JitTaskOptions, place: Place): Promise<Entry> {
    const kept = await keptAt(place, 1)
    const handle = this.#handles.get(key) ?? kept[0]?.handle
    return {
      run: new LiveRun({ ...this.#options, task }, kept, handle),
      signals: new WeakSet(),
      active: 0,
      paused: false,
    }
  }

  #remember(key: string, handle: string): void {
    this.#handles.delete(key)
    this.#handles.set(key, handle)
    const [oldest] = this.#handles.keys()
    if (this.#handles.size > REMEMBERED && oldest !== undefined) this.#handles.delete(oldest)
  }
}

/** Another person in the same thread has a task of their own. */
function keyOf(name: string, { onBehalfOf = '' }: JitTaskOptions): string {
  return JSON.stringify([name, onBehalfOf])
}

/** What paused calls left in the latest checkpoint that holds any, of so many. */
async function keptAt({ configurable }: Place, looked: number): Promise<readonly Kept[]> {
  const saver = configurable?.__pregel_checkpointer as BaseCheckpointSaver | undefined
  if (!saver) return []
  let at: RunnableConfig | undefined = {
    configurable: { thread_id: configurable?.thread_id, checkpoint_ns: '' },
  }
  for (let left = looked; left > 0 && at; left -= 1) {
    const tuple: CheckpointTuple | undefined = await saver.getTuple(at)
    const found = (tuple?.pendingWrites ?? []).flatMap(([, channel, value]) => {
      if (channel !== '__interrupt__' || !Array.isArray(value)) return []
      return value.flatMap((each) => keptIn(each?.value) ?? [])
    })
    if (found.length > 0) return found
    at = tuple?.parentConfig
  }
  return []
}
