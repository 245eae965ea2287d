import { type Authority, AuthorityError } from '@lumojit/protocol'

/** The methods of the port that a test may watch, lose, hold or change. */
export type PortMethod =
  | 'capabilities'
  | 'openTask'
  | 'completeTask'
  | 'request'
  | 'status'
  | 'redeem'
  | 'revoke'
  | 'withdraw'
  | 'baseToken'

type Answer<M extends PortMethod> = Awaited<ReturnType<NonNullable<Authority[M]>>>
type Arguments<M extends PortMethod> = Parameters<NonNullable<Authority[M]>>

export interface Hold {
  /** Resolves when a call has arrived and waits. */
  readonly arrived: Promise<void>
  release(): void
}

/** What can go wrong between the engine and the authority. Everything is counted where it arrives. */
export interface Faults {
  /** The next call of `method` is carried out and its answer is lost: the caller sees no connection. */
  loseAnswer(method: PortMethod, times?: number): void
  /** Until called with `false`, nothing gets through, in either direction. */
  unreachable(is?: boolean): void
  /** The next call of `method` is carried out only after `release()`. */
  hold(method: PortMethod): Hold
  /** The next call of `method` is carried out at once; its answer arrives only after `release()`. */
  holdAnswer(method: PortMethod): Hold
  /** Changes what the authority answers from now on: an authority that is odd, old or hostile. */
  change<M extends PortMethod>(
    method: M,
    how: (answer: Answer<M>, args: Arguments<M>) => Answer<M> | Promise<Answer<M>>,
  ): void
  /** From now on long polls are answered at once, as by an authority that knows no waiting. */
  ignoreWait(): void
  /** Every call that arrived, in order, with its arguments. */
  calls<M extends PortMethod>(method: M): readonly Arguments<M>[]
  /** How many calls are under way. */
  readonly busy: number
}

type AnyCall = (...args: unknown[]) => Promise<unknown>

/** Makes lines that can be cut, slowed and bent: every authority put behind one shares the same faults. */
export function pretendFaults(): { faults: Faults; behind(authority: Authority): Authority } {
  const lost = new Map<PortMethod, number>()
  const holds: { method: PortMethod; when: 'before' | 'after'; pass(): Promise<void> }[] = []
  const changes = new Map<PortMethod, (answer: unknown, args: unknown[]) => unknown>()
  const calls: { method: PortMethod; args: unknown[] }[] = []
  let cut = false
  let waits = true
  let busy = 0

  const held = async (method: PortMethod, when: 'before' | 'after') => {
    const at = holds.findIndex((hold) => hold.method === method && hold.when === when)
    if (at >= 0) await holds.splice(at, 1)[0]?.pass()
  }
  const carry = async (method: PortMethod, call: AnyCall, args: unknown[]) => {
    calls.push({ method, args })
    const sent = method === 'status' && !waits ? [args[0], withoutWait(args[1])] : args
    if (cut) throw noConnection()
    busy++
    try {
      await held(method, 'before')
      if (cut) throw noConnection()
      const answer = await call(...sent)
      await held(method, 'after')
      const left = lost.get(method) ?? 0
      if (left > 0) lost.set(method, left - 1)
      if (left > 0 || cut) throw noConnection()
      const change = changes.get(method)
      return change ? await change(answer, args) : answer
    } finally {
      busy--
    }
  }
  const hold = (method: PortMethod, when: 'before' | 'after'): Hold => {
    const arrived = gate()
    const released = gate()
    holds.push({
      method,
      when,
      pass: () => {
        arrived.resolve()
        // A call that is held is not work the clock has to wait for.
        busy--
        return released.promise.finally(() => {
          busy++
        })
      },
    })
    return { arrived: arrived.promise, release: () => released.resolve() }
  }

  const faults: Faults = {
    loseAnswer: (method, times = 1) => void lost.set(method, times),
    unreachable: (is = true) => {
      cut = is
    },
    hold: (method) => hold(method, 'before'),
    holdAnswer: (method) => hold(method, 'after'),
    ignoreWait: () => {
      waits = false
    },
    change: (method, how) => void changes.set(method, how as never),
    calls: (method) =>
      calls.filter((call) => call.method === method).map((call) => call.args as never),
    get busy() {
      return busy
    },
  }
  const behind = (authority: Authority) =>
    new Proxy(authority, {
      get: (target, member) => {
        const value: unknown = Reflect.get(target, member, target)
        if (typeof value !== 'function') return value
        const call = value.bind(target) as AnyCall
        if (!METHODS.has(member as PortMethod)) return call
        return (...args: unknown[]) => carry(member as PortMethod, call, args)
      },
    })
  return { faults, behind }
}

function withoutWait(io: unknown): unknown {
  const { waitMs: _, ...rest } = (io ?? {}) as { waitMs?: unknown }
  return rest
}

const METHODS: ReadonlySet<PortMethod> = new Set([
  'capabilities',
  'openTask',
  'completeTask',
  'request',
  'status',
  'redeem',
  'revoke',
  'withdraw',
  'baseToken',
] satisfies PortMethod[])

function gate(): { promise: Promise<void>; resolve(): void } {
  let open = () => {}
  const promise = new Promise<void>((resolve) => {
    open = resolve
  })
  return { promise, resolve: () => open() }
}

function noConnection(): AuthorityError {
  return new AuthorityError('unreachable', 'The connection to the authority was lost.')
}
