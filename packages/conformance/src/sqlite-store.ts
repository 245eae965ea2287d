import { DatabaseSync } from 'node:sqlite'
import { type Clock, type Store, systemClock } from '@lumojit/core'

/** A `Store` in one SQLite file, shared by every process of one machine. */
export interface SqliteStore extends Store, Disposable {
  close(): void
}

const SCHEMA = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  create table if not exists record (
    key text primary key, value text not null, expires integer not null
  ) strict, without rowid;
  create index if not exists record_expires on record (expires);
`
const PURGE_EVERY = 256

/**
 * Each operation is one conditional statement, so that SQLite itself picks the one winner, also
 * between processes. Text is kept as JSON: SQLite's UTF-8 would fold every half of a surrogate pair
 * into the same character and make different keys equal.
 */
export function sqliteStore(path: string, options: { readonly clock?: Clock } = {}): SqliteStore {
  const clock = options.clock ?? systemClock
  const db = new DatabaseSync(path, { timeout: 5000 })
  prepareFile(db)
  const select = db.prepare('select value from record where key = ? and expires > ?')
  const upsert = db.prepare(
    `insert into record (key, value, expires) values (?, ?, ?) on conflict (key) do update
     set value = excluded.value, expires = excluded.expires`,
  )
  const insert = db.prepare(
    `insert into record (key, value, expires) values (?, ?, ?) on conflict (key) do update
     set value = excluded.value, expires = excluded.expires where record.expires <= ?`,
  )
  const remove = db.prepare('delete from record where key = ? and expires > ? returning value')
  const removeEqual = db.prepare(
    'delete from record where key = ? and expires > ? and value = ? returning value',
  )
  const purge = db.prepare('delete from record where expires <= ?')
  let writes = 0
  let open = true
  const close = () => {
    if (open) db.close()
    open = false
  }
  return {
    get: async (key) => text(select.get(pack(key), clock.now())),
    put: async (key, value, { ttlMs, ifAbsent = false }) => {
      const now = clock.now()
      writes += 1
      if (writes % PURGE_EVERY === 0) purge.run(now)
      const row = [pack(key), pack(value), Math.ceil(now + ttlMs)] as const
      return (ifAbsent ? insert.run(...row, now) : upsert.run(...row)).changes === 1
    },
    take: async (key, expected) => {
      const now = clock.now()
      return text(
        expected === undefined
          ? remove.get(pack(key), now)
          : removeEqual.get(pack(key), now, pack(expected)),
      )
    },
    close,
    [Symbol.dispose]: close,
  }
}

/** Switching a new file to WAL takes a lock that SQLite does not wait for: two processes may meet there. */
function prepareFile(db: DatabaseSync): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      db.exec(SCHEMA)
      return
    } catch (error) {
      if (attempt === 50 || !/locked|busy/i.test(String(error))) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

const pack = (value: string): string => JSON.stringify(value)

function text(row: unknown): string | undefined {
  return row === undefined ? undefined : JSON.parse((row as { value: string }).value)
}
