import { describe, expect, it } from 'vitest'
import { memoryStore } from '../src/store.ts'

function clocked() {
  let time = 1_000_000
  const clock = { now: () => time, sleep: async () => {} }
  return {
    store: memoryStore(clock),
    pass: (ms: number) => {
      time += ms
    },
  }
}

describe('memoryStore', () => {
  it('keeps a record for its time and not a millisecond longer', async () => {
    const { store, pass } = clocked()
    expect(await store.put('k', 'v', { ttlMs: 100 })).toBe(true)
    pass(99)
    expect(await store.get('k')).toBe('v')
    pass(1)
    expect(await store.get('k')).toBeUndefined()
    expect(await store.take('k')).toBeUndefined()
  })

  it('writes over what is there, with a new time', async () => {
    const { store, pass } = clocked()
    await store.put('k', 'one', { ttlMs: 10 })
    expect(await store.put('k', 'two', { ttlMs: 100 })).toBe(true)
    pass(50)
    expect(await store.get('k')).toBe('two')
  })

  it('ifAbsent writes nothing over a record that lives, not even its time', async () => {
    const { store, pass } = clocked()
    await store.put('k', 'one', { ttlMs: 100 })
    pass(60)
    expect(await store.put('k', 'two', { ttlMs: 100, ifAbsent: true })).toBe(false)
    expect(await store.get('k')).toBe('one')
    pass(40)
    expect(await store.put('k', 'two', { ttlMs: 100, ifAbsent: true })).toBe(true)
    expect(await store.get('k')).toBe('two')
  })

  it('ifAbsent has one winner among many that come at once', async () => {
    const { store } = clocked()
    const puts = Array.from({ length: 100 }, (_, at) =>
      store.put('k', String(at), { ttlMs: 100, ifAbsent: true }),
    )
    expect((await Promise.all(puts)).filter(Boolean)).toHaveLength(1)
  })

  it('take gives a record once, and only to who expects what is there', async () => {
    const { store } = clocked()
    await store.put('k', 'v', { ttlMs: 100 })
    expect(await store.take('k', 'other')).toBeUndefined()
    expect(await store.get('k')).toBe('v')
    const taken = await Promise.all([store.take('k', 'v'), store.take('k', 'v'), store.take('k')])
    expect(taken.filter((value) => value === 'v')).toHaveLength(1)
    expect(await store.get('k')).toBeUndefined()
  })

  it('take of an empty text is not take of anything', async () => {
    const { store } = clocked()
    await store.put('k', 'v', { ttlMs: 100 })
    expect(await store.take('k', '')).toBeUndefined()
    expect(await store.get('k')).toBe('v')
  })

  it('two stores share nothing', async () => {
    const [one, other] = [clocked().store, clocked().store]
    await one.put('k', 'v', { ttlMs: 100 })
    expect(await other.get('k')).toBeUndefined()
  })

  it('names like those of an object’s own members are only names', async () => {
    const { store } = clocked()
    for (const key of ['__proto__', 'constructor', '']) {
      expect(await store.get(key)).toBeUndefined()
      expect(await store.put(key, key, { ttlMs: 100, ifAbsent: true })).toBe(true)
      expect(await store.get(key)).toBe(key)
    }
  })
})
