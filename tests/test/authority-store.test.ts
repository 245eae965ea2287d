import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStore } from '@lumojit/authority'
import { sqliteStore } from '@lumojit/authority/sqlite'
import { type OpenAuthorityStore, runSuite, testAuthorityStore } from '@lumojit/conformance'
import { describe, it } from 'vitest'

runSuite(
  'memoryStore() of the authority',
  testAuthorityStore(async () => ({ store: memoryStore(), close: () => {} })),
  { describe, it },
)

const openFile = async (): Promise<OpenAuthorityStore> => {
  const directory = mkdtempSync(join(tmpdir(), 'authority-store-'))
  const path = join(directory, 'authority.db')
  const store = sqliteStore(path, { synchronous: 'normal' })
  const second = sqliteStore(path)
  let opened = [store, second]
  const closeAll = () => Promise.all(opened.map((each) => each.close()))
  return {
    store,
    second,
    async reopen() {
      await closeAll()
      const again = sqliteStore(path)
      opened = [again]
      return again
    },
    async close() {
      await closeAll()
      rmSync(directory, { recursive: true })
    },
  }
}

runSuite('sqliteStore() of the authority', testAuthorityStore(openFile), { describe, it })
