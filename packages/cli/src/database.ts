import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type SqliteStore, sqliteStore } from '@lumojit/authority/sqlite'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'

/**
 * The file behind an authority, ready to be used. Its directory is made if need be, for this user only and out of git's
 * sight: the file holds private keys. Throws `DATABASE_UNUSABLE`.
 */
export async function openDatabase(db: string, cwd: string): Promise<SqliteStore> {
  const path = db === ':memory:' ? db : resolve(cwd, db)
  let store: SqliteStore | undefined
  try {
    if (path !== ':memory:' && !existsSync(dirname(path))) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      writeFileSync(join(dirname(path), '.gitignore'), '*\n')
    }
    store = sqliteStore(path)
    await store.ready
    return store
  } catch (cause) {
    await store?.close()
    throw new Fault(
      'DATABASE_UNUSABLE',
      `The database ${db} cannot be used.`,
      'See that it is a file of lumojit, of this version or an earlier one, and yours to write; or name another with --db.',
      exits.configuration,
      cause,
    )
  }
}
