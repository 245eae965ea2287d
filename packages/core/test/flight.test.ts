import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { either, Flights, orAbort } from '../src/flight.ts'

/** A promise and its ends. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))
const unhandled = vi.fn()
beforeEach(() => {
  unhandled.mockClear()
  process.on('unhandledRejection', unhandled)
})
afterEach(async () => {
  await settled()
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

describe('joining', () => {
  it('flight:parallel-calls-ask-once — the work is done once, the first leads, all get its value', async () => {
    const flights = new Flights()
    const work = deferred<object>()
    const start = vi.fn(() => work.promise)
    const joined = Array.from({ length: 1_000 }, () => flights.join('a', undefined, start))
    const value = {}
    work.resolve(value)
    const results = await Promise.all(joined)
    expect(start).toHaveBeenCalledTimes(1)
    expect(results.every((result) => result.value === value)).toBe(true)
    expect(results.map(({ led }) => led).filter(Boolean)).toHaveLength(1)
    expect(results[0]?.led).toBe(true)
  })

  it('different names are different work', async () => {
    const flights = new Flights()
    const results = await Promise.all(
      ['a', 'b'].map((name) => flights.join(name, undefined, async () => name)),
    )
    expect(results.map(({ value }) => value)).toEqual(['a', 'b'])
  })

  it('when it is over, the next starts anew', async () => {
    const flights = new Flights()
    let runs = 0
    const run = () => flights.join('a', undefined, async () => ++runs)
    expect([(await run()).value, (await run()).value]).toEqual([1, 2])
  })

  it('a rejection reaches everybody, as the same error, and the next starts anew', async () => {
    const flights = new Flights()
    const error = new Error('refused')
    const joined = [1, 2, 3].map(() => flights.join('a', undefined, () => Promise.reject(error)))
    for (const result of await Promise.allSettled(joined)) {
      expect(result).toEqual({ status: 'rejected', reason: error })
    }
    expect((await flights.join('a', undefined, async () => 1)).value).toBe(1)
  })

  it('work that throws instead of rejecting is a rejection too', async () => {
    const error = new Error('sync')
    const joined = new Flights().join('a', undefined, () => {
      throw error
    })
    await expect(joined).rejects.toBe(error)
  })

  it('work may join work of another name, and itself under the same name finds its own slot', async () => {
    const flights = new Flights()
    const inner = flights.join('outer', undefined, async () => {
      const { value } = await flights.join('inner', undefined, async () => 1)
      return value + 1
    })
    expect((await inner).value).toBe(2)
  })
})

describe('leaving', () => {
  it('flight:abort-is-own — the leader leaves with its reason, the others get the value', async () => {
    const flights = new Flights()
    const work = deferred<string>()
    const [leader, follower] = [new AbortController(), new AbortController()]
    let given: AbortSignal | undefined
    const start = (signal: AbortSignal) => {
      given = signal
      return work.promise
    }
    const led = flights.join('a', leader.signal, start)
    const followed = flights.join('a', follower.signal, start)
    const reason = new Error('mine')
    leader.abort(reason)
    await expect(led).rejects.toBe(reason)
    expect(given?.aborted).toBe(false)
    work.resolve('value')
    expect(await followed).toEqual({ value: 'value', led: false })
  })

  it('flight:abort-is-own — a signal that is over joins nothing and starts nothing', async () => {
    const flights = new Flights()
    const start = vi.fn(async () => 1)
    const reason = new Error('before')
    await expect(flights.join('a', AbortSignal.abort(reason), start)).rejects.toBe(reason)
    await settled()
    expect(start).not.toHaveBeenCalled()
  })

  it('without endsAlone the work goes on when all have left, and who comes later gets its value', async () => {
    const flights = new Flights()
    const work = deferred<string>()
    const start = vi.fn((_: AbortSignal) => work.promise)
    const controller = new AbortController()
    const left = flights.join('a', controller.signal, start)
    await settled()
    controller.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    expect(start.mock.calls[0]?.[0].aborted).toBe(false)
    const late = flights.join('a', undefined, start)
    work.resolve('value')
    expect(await late).toEqual({ value: 'value', led: false })
    expect(start).toHaveBeenCalledTimes(1)
  })

  it('work that fails after all have left is nobody’s unhandled rejection', async () => {
    const flights = new Flights()
    const work = deferred<string>()
    const controller = new AbortController()
    const left = flights.join('a', controller.signal, () => work.promise)
    controller.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    work.reject(new Error('too late'))
    await settled()
  })

  it('with endsAlone the work is aborted by the last to leave, and not before', async () => {
    const flights = new Flights()
    const [one, two] = [new AbortController(), new AbortController()]
    let given: AbortSignal | undefined
    const start = (signal: AbortSignal) => {
      given = signal
      return orAbort(new Promise(() => {}), signal)
    }
    const joined = [one, two].map(({ signal }) => flights.join('a', signal, start, true))
    await settled()
    one.abort(new Error('one'))
    await expect(joined[0]).rejects.toThrow('one')
    expect(given?.aborted).toBe(false)
    two.abort(new Error('two'))
    await expect(joined[1]).rejects.toThrow('two')
    expect(given?.aborted).toBe(true)
  })

  it('who comes after the work was aborted gets work of its own, and its end does not free the newcomer’s', async () => {
    const flights = new Flights()
    const first = new AbortController()
    const dying = deferred<string>()
    const gone = flights.join('a', first.signal, () => dying.promise, true)
    await settled()
    first.abort(new Error('first'))
    await expect(gone).rejects.toThrow('first')
    const fresh = deferred<string>()
    const newcomer = flights.join('a', undefined, () => fresh.promise, true)
    await settled()
    dying.reject(new Error('dead work settles late'))
    await settled()
    const third = vi.fn(async () => 'third')
    const joined = flights.join('a', undefined, third, true)
    fresh.resolve('fresh')
    expect(await newcomer).toEqual({ value: 'fresh', led: true })
    expect(await joined).toEqual({ value: 'fresh', led: false })
    expect(third).not.toHaveBeenCalled()
  })

  it('leaves no listener behind on a signal that lives long', async () => {
    const controller = new AbortController()
    const adds = vi.spyOn(controller.signal, 'addEventListener')
    const removes = vi.spyOn(controller.signal, 'removeEventListener')
    const flights = new Flights()
    for (let at = 0; at < 50; at++) {
      await flights.join('a', controller.signal, async () => at)
      await flights
        .join('b', controller.signal, () => Promise.reject(new Error('x')))
        .catch(() => {})
    }
    expect(adds).toHaveBeenCalledTimes(100)
    expect(removes.mock.calls.map(([, listener]) => listener)).toEqual(
      adds.mock.calls.map(([, listener]) => listener),
    )
  })
})

describe('orAbort', () => {
  it('is the promise itself without a signal', () => {
    const promise = Promise.resolve(1)
    expect(orAbort(promise, undefined)).toBe(promise)
  })

  it('rejects with the reason even of a promise that never ends; a late failure of it is handled', async () => {
    const controller = new AbortController()
    const work = deferred<never>()
    const waiting = orAbort(work.promise, controller.signal)
    controller.abort('text as reason')
    await expect(waiting).rejects.toBe('text as reason')
    work.reject(new Error('late'))
  })

  it('of a signal that is over already, the failure of the work is handled, too', async () => {
    const work = deferred<never>()
    await expect(orAbort(work.promise, AbortSignal.abort('over'))).rejects.toBe('over')
    work.reject(new Error('late'))
  })
})

describe('either', () => {
  it('makes no new signal where one will do', () => {
    const { signal } = new AbortController()
    expect(either()).toBeUndefined()
    expect(either(null, undefined)).toBeUndefined()
    expect(either(signal, undefined)).toBe(signal)
    expect(either(null, signal)).toBe(signal)
  })

  it('of two, ends with either of them and its reason', () => {
    const [one, two] = [new AbortController(), new AbortController()]
    const signal = either(one.signal, two.signal)
    expect(signal?.aborted).toBe(false)
    two.abort('two')
    expect(signal?.reason).toBe('two')
  })
})
