/**
 * An authority in a process that dies where it is told to. Knows nothing but its arguments: the file,
 * and the port to be reached by again.
 */
import { flushCompileCache } from 'node:module'
import { serveAuthority } from '@lumojit/authority/node'
import { sqliteStore } from '@lumojit/authority/sqlite'
import { ADMIN, AGENT, ORG, type Order, USER } from './kill-world.ts'

const [path = '', port = '0'] = process.argv.slice(2)
let deadly: string | undefined
const failpoint = (name: string) => {
  // No handler, no flush, no goodbye: what a power cut leaves of a process.
  if (name === deadly) process.kill(process.pid, 'SIGKILL')
}

const store = sqliteStore(path, { failpoint, synchronous: 'normal' })
const { authority, url } = await serveAuthority(
  {
    org: ORG,
    agents: [AGENT],
    users: [USER, ADMIN],
    store,
    failpoint,
    rates: { token: 0, jit: 0, signIn: 0 },
  },
  { port: Number(port) },
)
const { operations } = authority
flushCompileCache()

process.on(
  'message',
  async ({
    id,
    order,
    point,
    call,
  }: {
    id: number
    order: Order
    point?: string
    call?: { readonly operation: keyof typeof operations; readonly input: never }
  }) => {
    if (call) {
      const work = operations[call.operation] as (input: never) => Promise<unknown>
      const done = await work(call.input).then(
        (value) => ({ value }),
        (error) => ({ code: error.code }),
      )
      return process.send?.({ id, ...done })
    }
    if (order === 'arm') deadly = point
    if (order === 'rotate') await operations.rotateKeys({ announceMs: 0 })
    if (order === 'anchor') await operations.anchorAudit()
    // As if all that has ended had been kept long enough.
    const at = Date.now()
    if (order === 'sweep') await store.sweep({ at, before: at + 1, most: 100 })
    const token =
      order === 'sign-in' && (await operations.issueUserToken({ userId: USER.id })).accessToken
    const problems = order === 'verify' && (await operations.verifyAudit()).problems
    process.send?.({ id, token, problems })
  },
)
process.once('disconnect', () => process.exit())
process.send?.({ url })
