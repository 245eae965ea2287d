import type { InvocationContext, Session } from '@google/adk'
import type { Jit, LumojitError, RunRef, Task } from '@lumojit/core'
import type { Kept } from './kept.ts'
import { pausesIn } from './pauses.ts'
import { answeredBy } from './replies.ts'

/** What a run's task is called, and whom it is for. */
export type JitTaskOptions = Awaited<ReturnType<RunRef['options']>>

/** What is known of a run when its task is opened. */
export interface JitRun {
  /** The session of the run, also for calls of an agent that is used as a tool in it. */
  readonly session: Session
}

/** A call that has just been paused and of which the session does not know yet. */
export interface Waiting {
  readonly agentName: string
  readonly callId: string
  readonly kept: Kept
}

/** One `runAsync` of a runner, with everything that runs inside it. */
export interface Run extends JitRun {
  /** Of its task: its own, or that of the run it goes on with. */
  readonly name: string
  /** A handle of a pause it goes on with. */
  readonly handle: string | undefined
  /** Can ADK go on in whichever agent paused? */
  readonly resumable: boolean
  /** Names of all tasks it has touched. */
  readonly names: Set<string>
  readonly waiting: Set<Waiting>
  fault: LumojitError | undefined
}

/** A run to be, known by the signal that ADK hands down to everything inside it. */
interface Watch {
  readonly resumable: boolean
  run?: Run
}

interface Held {
  /** Runs of this process that are at it. */
  runs: number
  readonly tasks: Set<Task>
}

/** The tasks of runs: from the first call to the end, pauses between. */
export class Runs {
  readonly #jit: Jit
  readonly #options: (run: JitRun) => JitTaskOptions | Promise<JitTaskOptions>
  readonly #held = new Map<string, Held>()
  readonly #invocations = new Map<string, Run>()
  readonly #watches = new WeakMap<AbortSignal, Watch>()

  constructor(jit: Jit, options: (run: JitRun) => JitTaskOptions | Promise<JitTaskOptions>) {
    this.#jit = jit
    this.#options = options
  }

  watch(signal: AbortSignal, resumable: boolean): Watch {
    const watch: Watch = { resumable }
    this.#watches.set(signal, watch)
    return watch
  }

  /** The runner begins. A runner inside another run's tool shares that run's task and does not end it. */
  begin(context: InvocationContext): void {
    const given = context.abortSignal
    const watch = (given && this.#watches.get(given)) ?? this.#unwatched(context)
    if (watch.run) return
    const { session, invocationId, userContent } = context
    const open = pausesIn(session).filter((pause) => pause.open)
    const [first] = answeredBy(userContent, open)
    watch.run = this.#join({
      session,
      name: first?.kept.run ?? invocationId,
      handle: first?.kept.handle,
      resumable: watch.resumable,
    })
    this.#invocations.set(invocationId, watch.run)
  }

  /** The run that a call belongs to, also inside an agent that is used as a tool. */
  of(context: InvocationContext): Run | undefined {
    const { invocationId, abortSignal } = context
    return (
      this.#invocations.get(invocationId) ?? (abortSignal && this.#watches.get(abortSignal)?.run)
    )
  }

  /** The run that this very runner began. */
  own(context: InvocationContext): Run | undefined {
    return this.#invocations.get(context.invocationId)
  }

  /** The run is over, however it ended: what nothing of it waits for any more is given back. */
  async end(run: Run): Promise<void> {
    for (const [id, each] of this.#invocations) if (each === run) this.#invocations.delete(id)
    const names = [...run.names]
    run.names.clear()
    await Promise.all(names.map((name) => this.#leave(run, name)))
  }

  /** For what is done to a session while no run is at it. */
  async aside<R>(session: Session, name: string, handle: string, act: (run: Run) => Promise<R>) {
    const run = this.#join({ session, name, handle, resumable: false })
    try {
      return await act(run)
    } finally {
      await this.end(run)
    }
  }

  /** The task of a call, found again by the handle of its pause. */
  async task(run: Run, name: string, handle: string | undefined): Promise<Task> {
    const task = await this.#find(run, name, handle)
    this.#hold(run, name).tasks.add(task)
    return task
  }

  async #find(run: Run, name: string, handle: string | undefined): Promise<Task> {
    const { appName, userId, id } = run.session
    const options = await this.#options({ session: run.session })
    const found = handle ?? (name === run.name ? run.handle : undefined)
    return this.#jit.task({
      // A name that somebody picked up is worth nothing for anybody else.
      key: JSON.stringify(['google-adk', appName, userId, id, name, options.onBehalfOf ?? null]),
      options: () => options,
      ...(found === undefined ? {} : { handle: found }),
    })
  }

  #unwatched(context: InvocationContext): Watch {
    const given = context.abortSignal
    const signal = given ? AbortSignal.any([given]) : new AbortController().signal
    // ADK hands it down to every agent and tool of this run, and to no other run.
    Object.assign(context, { abortSignal: signal })
    return this.watch(signal, false)
  }

  #join(told: Pick<Run, 'session' | 'name' | 'handle' | 'resumable'>): Run {
    const run: Run = { ...told, names: new Set(), waiting: new Set(), fault: undefined }
    this.#hold(run, run.name)
    return run
  }

  #hold(run: Run, name: string): Held {
    const held = this.#held.get(name) ?? { runs: 0, tasks: new Set() }
    this.#held.set(name, held)
    if (!run.names.has(name)) held.runs += 1
    run.names.add(name)
    return held
  }

  async #leave(run: Run, name: string): Promise<void> {
    const held = this.#held.get(name)
    if (!held || --held.runs > 0) return
    this.#held.delete(name)
    if (pausesIn(run.session).some(({ kept, open }) => open && kept.run === name)) return
    if (held.tasks.size === 0 && name === run.name && run.handle !== undefined) {
      // What was to go on was not even tried: its task is open all the same, at the authority.
      const task = await this.#find(run, name, run.handle)
      await task.open().catch(() => {})
      held.tasks.add(task)
    }
    await Promise.all([...held.tasks].map((task) => task.complete()))
  }
}
