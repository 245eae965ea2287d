/** One of two processes that race for the same records; see store-sqlite.test.ts. */
import { once } from 'node:events'
import { sqliteStore } from '@lumojit/conformance/sqlite-store'

const [, , path = '', name = '', rounds = ''] = process.argv
const store = sqliteStore(path)
const keys = Array.from({ length: Number(rounds) }, (_, at) => `claim ${at}`)

async function race(win: (key: string) => Promise<boolean>): Promise<void> {
  const go = once(process, 'message')
  process.send?.('ready')
  await go
  const won: string[] = []
  for (const key of keys) if (await win(key)) won.push(key)
  process.send?.(won)
}

await race((key) => store.put(key, name, { ttlMs: 60_000, ifAbsent: true }))
await race(async (key) => (await store.take(key)) !== undefined)
store.close()
process.disconnect()
