import { createHash } from 'node:crypto'
import type { Clock, Jit, LumojitError, Task } from '@lumojit/core'
import type { TaskOptions } from '@lumojit/protocol'
import {
  type Answer,
  answerTaken,
  failedAnswer,
  pendingAnswer,
  refusedAnswer,
  runEnded,
} from './proxy-answer.ts'
import { readAnswer } from './proxy-body.ts'
import { type Execution, ProxyCall, type Settled, type Waiting } from './proxy-call.ts'
import { telling } from './proxy-headers.ts'

/** A call as it is to be made at the API. */
export interface ApiCall {
  readonly method: string
  readonly url: URL
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  readonly justification: string | undefined
  /** The caller has hung up. */
  readonly gone: AbortSignal
  /** A `Location` of the API, as the caller must see it. */
  readonly location: (text: string) => string
}

export interface RunOptions {
  readonly jit: Jit
  readonly clock: Clock
  readonly task: TaskOptions
  readonly maxBlockMs: number
  readonly idleMs: number
}

/** `missed`: to be called when the caller hung up before all of it was written. */
export interface Told {
  readonly answer: Answer
  readonly missed: () => void
}

export interface RunEnd {
  readonly taskId: string | undefined
  readonly revoked: number
  readonly unrevoked: number
}

/** Answers nobody was there for, at most so many; the oldest go first. */
const MOST_KEPT = 100
/** An execution waits for as long as somebody waits for it; this is only where the engine stops by itself. */
const LONGEST_WAIT_MS = 86_400_000
const TURN_MS = 250

/** What programs do through one proxy: one task at the authority, and the calls of it that are not over. */
export class ProxyRun {
  readonly #options: RunOptions
  readonly #calls = new Map<string, ProxyCall>()
  /** Of the task, while there is one. */
  #key: string | undefined
  #busy = 0
  #idleSince: number
  #watching = new AbortController()

  constructor(options: RunOptions) {
    this.#options = options
    this.#idleSince = options.clock.now()
  }

  async call(wanted: ApiCall): Promise<Told> {
    this.#busy += 1
    if (this.#key === undefined) this.#begin()
    try {
      return await this.#attend(lineOf(wanted), wanted)
    } finally {
      this.#busy -= 1
      this.#idleSince = this.#options.clock.now()
    }
  }

  /** The task is over, and every token of it. The next call begins another. */
  async end(): Promise<RunEnd> {
    this.#watching.abort(new Error('The run is over.'))
    const task = this.#key === undefined ? undefined : this.#task(this.#key)
    this.#key = undefined
    this.#calls.clear()
    const report = await task?.complete()
    return {
      taskId: report?.taskId || undefined,
      revoked: report?.revoked ?? 0,
      unrevoked: report?.unrevoked.length ?? 0,
    }
  }

  #begin(): void {
    this.#key = `proxy/${crypto.randomUUID()}`
    this.#watching = new AbortController()
    this.#watch(this.#watching.signal).catch(() => {})
  }

  /** The same for as long as it lives; one that has ended at the authority is replaced. */
  #task(key: string): Task {
    const { jit, task } = this.#options
    return jit.task({ key, options: () => task })
  }

  /** A person who is still being asked keeps the run open: their answer must find it. */
  async #watch(over: AbortSignal): Promise<void> {
    const { clock, idleMs } = this.#options
    for (;;) {
      const asked = [...this.#calls.values()].flatMap(({ approval }) => approval?.requests ?? [])
      const due = Math.max(this.#idleSince + idleMs, ...asked.map(({ expiresAt = 0 }) => expiresAt))
      const left = due - clock.now()
      over.throwIfAborted()
      if (left <= 0 && this.#busy === 0) {
        await this.end()
        return
      }
      await clock.sleep(left > 0 ? left : idleMs, over)
    }
  }

  async #attend(line: string, wanted: ApiCall): Promise<Told> {
    const { clock, maxBlockMs } = this.#options
    const until = clock.now() + maxBlockMs
    for (;;) {
      const call = this.#find(line, wanted)
      if (call.answer && !call.running) return this.#told(line, call, call.answer)
      const joined = call.running
      const settled = await this.#patiently(until, call, wanted)
      if (settled.kind === 'answer') {
        const { answer } = settled
        if (!joined || answer.rest === undefined) return this.#told(line, call, answer)
        if (call.unsafe) return { answer: answerTaken(), missed: () => {} }
        this.#forget(line, call)
      } else if (wanted.gone.aborted || clock.now() >= until) {
        return { answer: pendingAnswer(settled.approval), missed: () => {} }
      }
      // What was read is another's, or the call was paused for want of anybody who waits, just before this caller came.
    }
  }

  /** An answer is given once. One that did not arrive is kept for the next try, where it must not be made again. */
  #told(line: string, call: ProxyCall, answer: Answer): Told {
    this.#forget(line, call)
    const missed = (): void => {
      if (call.unsafe && answer.rest === undefined && !this.#calls.has(line))
        this.#calls.set(line, call)
    }
    return { answer, missed }
  }

  /** Until there is an answer, the caller's time is over, or the caller has hung up. */
  async #patiently(until: number, call: ProxyCall, wanted: ApiCall): Promise<Settled> {
    const { clock } = this.#options
    const left = new AbortController()
    const leave = AbortSignal.any([left.signal, wanted.gone])
    let lose: (settled: Settled) => void = () => {}
    const patience = new Promise<Settled>((resolve) => {
      lose = resolve
    })
    let sleeping = false
    const waiting: Waiting = {
      gone: wanted.gone,
      asked: (approval) => {
        const over = (): void => lose({ kind: 'pending', approval: call.approval ?? approval })
        if (clock.now() >= until) over()
        else if (!sleeping) {
          sleeping = true
          clock.sleep(until - clock.now(), leave).then(over, over)
        }
        return clock.now() < until
      },
    }
    try {
      return await Promise.race([
        call.join(waiting, (how) => this.#execute(call, wanted, how)),
        patience,
      ])
    } finally {
      call.leave(waiting)
      left.abort()
    }
  }

  async #execute(call: ProxyCall, wanted: ApiCall, how: Execution): Promise<Settled> {
    const { jit } = this.#options
    const { method, url, headers, body, justification, location } = wanted
    if (this.#key === undefined) return { kind: 'answer', answer: runEnded() }
    const task = this.#task(this.#key)
    try {
      const outcome = await jit.callTool(
        {
          task,
          key: how.key,
          callId: how.key,
          toolName: `${method} ${url.pathname}`,
          pending: 'suspend',
          durable: true,
          waitMs: LONGEST_WAIT_MS,
          onPending: how.onPending,
          // So often it is looked whether anybody still waits for the answer.
          turnMs: TURN_MS,
          ...(how.handle !== undefined && { resumeFrom: how.handle }),
        },
        async (context) => {
          const response = await context.fetch(url, {
            method,
            headers: headers as [string, string][],
            redirect: 'manual',
            ...(body.length > 0 && { body: new Uint8Array(body) }),
            ...(justification !== undefined && { justification }),
          })
          return readAnswer(response, location)
        },
      )
      if (outcome.kind === 'pending') return { kind: 'pending', approval: outcome.approval }
      if (outcome.kind === 'refused')
        return { kind: 'answer', answer: refusedAnswer(outcome.refusal) }
      if (outcome.kind === 'done') return this.#done(call, outcome.value)
      throw new Error('No call of a proxy lets a model ask.')
    } catch (error) {
      const ended = task.signal.aborted && (error as LumojitError).code !== 'EFFECT_UNKNOWN'
      return { kind: 'answer', answer: ended ? runEnded() : failedAnswer(error) }
    }
  }

  /** What nobody is there for, and is too large to be kept, is not waited for either. */
  #done(call: ProxyCall, answer: Answer): Settled {
    if (answer.rest === undefined || call.attended) return { kind: 'answer', answer }
    answer.rest.cancel().catch(() => {})
    return { kind: 'answer', answer: answerTaken() }
  }

  #find(line: string, { method }: ApiCall): ProxyCall {
    const known = this.#calls.get(line)
    if (known) return known
    const unsafe = !['GET', 'HEAD', 'OPTIONS'].includes(method)
    const call = new ProxyCall(unsafe, (done) => {
      // What changed nothing is simply read again.
      if (!done.attended && !done.unsafe) this.#forget(line, done)
    })
    this.#calls.set(line, call)
    this.#keepFew()
    return call
  }

  #forget(line: string, call: ProxyCall): void {
    if (this.#calls.get(line) === call) this.#calls.delete(line)
  }

  #keepFew(): void {
    const kept = [...this.#calls].filter(([, call]) => call.answer !== undefined && !call.running)
    for (const [line] of kept.slice(0, Math.max(0, kept.length - MOST_KEPT)))
      this.#calls.delete(line)
  }
}

/** What makes two calls the same. */
function lineOf({ method, url, headers, body }: ApiCall): string {
  const told = JSON.stringify([method, url.href, telling(headers)])
  return createHash('sha256').update(told).update('\n').update(body).digest('base64url')
}
