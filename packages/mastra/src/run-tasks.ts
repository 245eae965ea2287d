import type { Jit, LumojitError, RunRef, Task } from '@lumojit/core'
import type { RequestContext } from '@mastra/core/request-context'
import type { Kept } from './kept.ts'

/** What a run's task is called, and whom it is for. */
export type JitTaskOptions = Awaited<ReturnType<RunRef['options']>>

/** What is known of a run when its task is opened. */
export interface JitRun {
  /** The run's own. Its sub-agents get a copy, and Mastra restores it when a run goes on. */
  readonly requestContext: RequestContext
}

/** Our one entry in a request context: an opaque name, which Mastra writes into snapshots and spans. */
export const TASK_ENTRY = 'lumojit.task'
const GUEST = '/guest'

interface Held {
  /** Runs of this process that began with the name and have not ended. */
  runs: number
  paused: boolean
  fault: LumojitError | undefined
  readonly tasks: Set<Task>
}

/** The tasks of runs, by an opaque name: from the first call of a run to its end, pauses between. */
export class RunTasks {
  readonly #jit: Jit
  readonly #options: (run: JitRun) => JitTaskOptions | Promise<JitTaskOptions>
  readonly #held = new Map<string, Held>()
  readonly #begun = new WeakMap<RequestContext, string>()
  /** By the name that a run was given when it began anew: the one it paused under. */
  readonly #first = new Map<string, string>()

  constructor(jit: Jit, options: (run: JitRun) => JitTaskOptions | Promise<JitTaskOptions>) {
    this.#jit = jit
    this.#options = options
  }

  /** An agent's run begins. Inside another run it shares that run's task and does not end it. */
  begin(context: RequestContext): void {
    const told = nameIn(context)
    const held = told === undefined ? undefined : this.#held.get(told.name)
    if (told && held && held.runs > 0) {
      if (this.#begun.get(context) !== told.name) {
        context.set(TASK_ENTRY, `${told.name}${GUEST}`)
        return
      }
      // The application gave one context to two runs at once: nothing can tell their calls apart.
      if (!held.paused) {
        held.runs += 1
        return
      }
    }
    // Whatever else stands there came from a client or from an earlier run.
    const name = crypto.randomUUID()
    context.set(TASK_ENTRY, name)
    this.#begun.set(context, name)
    this.#of(name).runs = 1
  }

  /** The run is over, however it ended. A run that paused does not come here. */
  async end(context: RequestContext): Promise<void> {
    const told = nameIn(context)
    if (!told || told.guest) return
    const name = this.nameOf(told.name)
    const held = this.#held.get(name)
    if (held && --held.runs > 0) return
    if (this.#begun.get(context) === told.name) context.delete(TASK_ENTRY)
    await this.complete(name)
  }

  async complete(name: string): Promise<void> {
    const held = this.#held.get(name)
    this.#held.delete(name)
    for (const [given, first] of this.#first) if (first === name) this.#first.delete(given)
    await Promise.all([...(held?.tasks ?? [])].map((task) => task.complete()))
  }

  /**
   * The name of a call's run. A durable agent that goes on in another process begins anew there, with
   * another name, and ends under the one it paused with, which its paused calls still have.
   */
  nameOf(name: string, kept?: Kept): string {
    if (kept && kept.run !== name) {
      this.#first.set(name, kept.run)
      this.#held.delete(name)
    }
    return this.#first.get(name) ?? name
  }

  /** The task of a call, found again by the handle of its pause. */
  async task(name: string, context: RequestContext, handle: string | undefined): Promise<Task> {
    const options = await this.#options({ requestContext: context })
    const task = this.#jit.task({
      // A name that somebody picked up is worth nothing for anybody else.
      key: JSON.stringify(['mastra', name, options.onBehalfOf ?? null]),
      options: () => options,
      ...(handle === undefined ? {} : { handle }),
    })
    this.#of(name).tasks.add(task)
    return task
  }

  /** The task outlives this engine: somebody is to go on with it. */
  async pause(name: string, task: Task): Promise<void> {
    await task.suspend()
    this.#of(name).paused = true
  }

  fail(name: string, fault: LumojitError): void {
    this.#of(name).fault ??= fault
  }

  faultOf(context: RequestContext): LumojitError | undefined {
    const told = nameIn(context)
    return told && this.#held.get(this.nameOf(told.name))?.fault
  }

  #of(name: string): Held {
    let held = this.#held.get(name)
    if (!held) {
      held = { runs: 0, paused: false, fault: undefined, tasks: new Set() }
      this.#held.set(name, held)
    }
    return held
  }
}

export function nameIn(
  context: RequestContext | undefined,
): { readonly name: string; readonly guest: boolean } | undefined {
  const told: unknown = context?.get(TASK_ENTRY)
  if (typeof told !== 'string' || told === '') return undefined
  const guest = told.endsWith(GUEST)
  return { name: guest ? told.slice(0, -GUEST.length) : told, guest }
}
