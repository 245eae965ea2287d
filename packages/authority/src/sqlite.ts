import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely'
import type { Failpoint } from './failpoint.ts'
import type { Schema } from './sql/schema.ts'
import { sqlStore } from './sql/sql-store.ts'
import type { AuthorityStore } from './store.ts'

export interface SqliteStoreOptions {
  /**
   * `full` (default): what was answered survives a power cut. `normal`: it survives the death of the
   * process, and a power cut may take the last moments.
   */
  readonly synchronous?: 'full' | 'normal'
  /** For tests: called at named points of every change. */
  readonly failpoint?: Failpoint
}

export interface SqliteStore extends AuthorityStore {
  /** Settles once the tables are up to date; rejects when the file cannot be used. */
  readonly ready: Promise<void>
  /** Waits for what is under way, then closes the file. */
  close(): Promise<void>
}

/** Statements kept prepared; the queries of the store are a few dozen. */
const MOST_STATEMENTS = 200
/** Milliseconds a change waits for another process to finish its own. */
const BUSY_MS = 5_000
/** Milliseconds SQLite itself waits, and this thread with it. */
const BLOCKED_MS = 10

const isBusy = (error: unknown): boolean => /database is locked|busy/i.test(String(error))

/**
 * Takes the write lock at the start of a change, which may read before it writes. Waits for it without
 * holding the thread up: whoever has the lock may be another connection of this very process.
 */
class PatientDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const begun = performance.now()
    for (;;) {
      try {
        await connection.executeQuery(CompiledQuery.raw('begin immediate'))
        return
      } catch (error) {
        if (!isBusy(error) || performance.now() - begun > BUSY_MS) throw error
        await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 10))
      }
    }
  }
}

class PatientDialect extends SqliteDialect {
  readonly #database: SqliteDatabase
  constructor(database: SqliteDatabase) {
    super({ database })
    this.#database = database
  }
  override createDriver(): Driver {
    return new PatientDriver({ database: this.#database })
  }
}

/** What Kysely's SQLite dialect needs of a database, on `node:sqlite`. */
const asDatabase = (database: DatabaseSync): SqliteDatabase => {
  const statements = new Map<string, SqliteStatement>()
  const wrap = (statement: StatementSync): SqliteStatement => ({
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  })
  return {
    close: () => database.close(),
    prepare(text) {
      const known = statements.get(text)
      if (known) return known
      const made = wrap(database.prepare(text))
      if (statements.size < MOST_STATEMENTS) statements.set(text, made)
      return made
    },
  }
}

/** Switching a new file to WAL takes a lock that SQLite does not wait for: two processes may meet there. */
const prepareFile = (database: DatabaseSync, synchronous: 'full' | 'normal'): void => {
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous}`)
      return
    } catch (error) {
      if (attempt === 50 || !isBusy(error)) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

/**
 * The store in one SQLite file, or in `:memory:`. The file holds the private signing keys: a new one
 * is readable by its owner only. Several processes of one machine may share it.
 */
export const sqliteStore = (path: string, options: SqliteStoreOptions = {}): SqliteStore => {
  const { synchronous = 'full', failpoint } = options
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
  const database = new DatabaseSync(path, { timeout: BLOCKED_MS })
  prepareFile(database, synchronous)
  const db = new Kysely<Schema>({ dialect: new PatientDialect(asDatabase(database)) })
  const store = sqlStore(db, failpoint)
  let closing: Promise<void> | undefined
  return {
    ...store,
    close() {
      closing ??= store.ready.catch(() => {}).then(() => db.destroy())
      return closing
    },
  }
}
