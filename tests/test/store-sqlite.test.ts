import { fork } from 'node:child_process'
import { on } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testStore } from '@lumojit/conformance'
import { type SqliteStore, sqliteStore } from '@lumojit/conformance/sqlite-store'
import { describe, expect, it } from 'vitest'
import { turnedClock } from './shared-clock.ts'

async function open() {
  const directory = mkdtempSync(join(tmpdir(), 'lumojit-store-'))
  const clock = turnedClock()
  const stores: SqliteStore[] = []
  const connect = () => {
    const store = sqliteStore(join(directory, 'store.db'), { clock })
    stores.push(store)
    return store
  }
  return {
    store: connect(),
    advance: clock.advance,
    reopen: async () => {
      stores[0]?.close()
      return connect()
    },
    close: () => {
      for (const store of stores) store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

describe('sqliteStore', () => {
  for (const { id, title, run } of testStore(open, { outlivesProcess: true }))
    it(`${id} — ${title}`, run)

  it('claim:one-winner — two processes that race for 500 keys never both win one, and miss none', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lumojit-race-'))
    const racer = new URL('./store-racer.ts', import.meta.url)
    const execArgv = ['--conditions=@lumojit/source', '--disable-warning=ExperimentalWarning']
    const racers = ['left', 'right'].map((name) =>
      fork(racer, [join(directory, 'store.db'), name, '500'], { execArgv }),
    )
    const inboxes = racers.map((child) => on(child, 'message'))
    const hear = () => Promise.all(inboxes.map(async (inbox) => (await inbox.next()).value?.[0]))
    try {
      // First they race for claims, then to take what was claimed; opening the new file is a race of its own.
      for (let heat = 0; heat < 2; heat += 1) {
        await hear()
        const reports = hear()
        for (const child of racers) child.send('go')
        const won = (await reports).flat()
        expect(won).toHaveLength(500)
        expect(new Set(won).size).toBe(500)
      }
    } finally {
      for (const child of racers) child.kill('SIGKILL')
      rmSync(directory, { recursive: true, force: true })
    }
  })

  it('drops what has ended from the file, so that it does not grow for ever', async () => {
    const clock = turnedClock()
    using store = sqliteStore(':memory:', { clock })
    for (let at = 0; at < 300; at += 1) await store.put(`k${at}`, 'v', { ttlMs: 1000 })
    clock.advance(1000)
    for (let at = 0; at < 300; at += 1) await store.put('again', 'v', { ttlMs: 1000 })
    clock.advance(-1000)
    expect(await store.get('k0')).toBeUndefined()
  })
})
