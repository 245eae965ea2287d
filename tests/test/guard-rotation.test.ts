import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningAuthority, serveAuthority } from '@lumojit/authority/node'
import { type SqliteStore, sqliteStore } from '@lumojit/authority/sqlite'
import { createGuard, type Guard } from '@lumojit/guard'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sharedClock } from './shared-clock.ts'

const audience = 'https://api.acme-corp.com'
const required = { type: 'file_access', actions: ['read'], identifier: 'q4.pdf' } as const
const by = { agent: 'agt_1' }
const DEADLINE_MS = 15_000

type Running = RunningAuthority & { readonly store: SqliteStore }

/** An authority on a file, and one guard that lives through everything that happens to it. */
async function makeWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'lumojit-rotation-'))
  const file = join(folder, 'authority.db')
  const clock = sharedClock()
  const start = async (port = 0): Promise<Running> => {
    const store = sqliteStore(file)
    const agents = [{ id: 'agt_1', secret: 'a secret of the agent' }]
    const options = { org: 'acme-corp', agents, store, clock }
    return { store, ...(await serveAuthority(options, { port })) }
  }
  let running = await start()
  const stop = async () => {
    await running.close()
    await running.store.close()
  }
  const port = Number(new URL(running.url).port)
  const guard: Guard = createGuard({
    issuer: running.authority.issuer,
    audience,
    clock,
  })
  return {
    clock,
    guard,
    operations: () => running.authority.operations,
    stop,
    restart: async () => {
      running = await start(port)
    },
    backUp: () => copyFileSync(file, `${file}.old`),
    restore: () => {
      for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
      copyFileSync(`${file}.old`, file)
    },
    close: async () => {
      await guard.close()
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
    grant: async () => {
      const { operations } = running.authority
      const { id: taskId } = await operations.openTask({ by })
      const { request } = await operations.requestPermission({
        by,
        taskId,
        details: [required],
        justification: 'to read it',
        resource: audience,
        ttlSeconds: 900,
      })
      const { accessToken: token } = await operations.redeem({ by, requestId: request.id })
      return { taskId, token, kid: JSON.parse(atob(token.split('.')[0] ?? '')).kid as string }
    },
  }
}

let world: Awaited<ReturnType<typeof makeWorld>>
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

async function statusOf(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  const outcome = await world.guard(new Request(audience, { headers }), required)
  return outcome instanceof Response ? outcome.status : 200
}

/** Turning the clock by a minute makes the feed look silent for a moment, and the guard refuse: so it is waited for. */
async function until(token: string, status: number): Promise<void> {
  const began = performance.now()
  while ((await statusOf(token)) !== status) {
    if (performance.now() - began > DEADLINE_MS) throw new Error(`not ${status} in time`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

it('guard:verifies — a rotation needs no restart: what either key signed passes while it may', async () => {
  const before = await world.grant()
  expect(await statusOf(before.token)).toBe(200)
  const { kid, signsFrom } = await world.operations().rotateKeys()
  const announced = await world.grant()
  expect(announced.kid).toBe(before.kid)
  world.clock.advance(signsFrom - world.clock.now())
  const after = await world.grant()
  expect(after.kid).toBe(kid)
  for (const { token } of [after, before, announced]) await until(token, 200)
})

it('guard:verifies — what a compromised key signed is dead within a minute, what the next one signs works', async () => {
  const before = await world.grant()
  expect(await statusOf(before.token)).toBe(200)
  await world.operations().rotateKeys({ compromised: true })
  world.clock.advance(60_000)
  await until(before.token, 401)
  const after = await world.grant()
  expect(after.kid).not.toBe(before.kid)
  await until(after.token, 200)
})

it('guard:closed-by-default — over a restart of the authority nothing passes, and then what may passes again', async () => {
  const [spared, ended] = [await world.grant(), await world.grant()]
  expect(await statusOf(spared.token)).toBe(200)
  await world.operations().completeTask({ by, taskId: ended.taskId })
  await world.stop()
  await until(spared.token, 503)
  await world.restart()
  await until(spared.token, 200)
  expect(await statusOf(ended.token)).toBe(401)
  expect((await world.grant()).kid).toBe(spared.kid)
})

it("guard:revoked — with yesterday's file restored, what this guard knows dead stays dead, and news arrive", async () => {
  const [first, second] = [await world.grant(), await world.grant()]
  for (const { token } of [first, second]) expect(await statusOf(token)).toBe(200)
  await world.stop()
  world.backUp()
  await world.restart()
  // The guard has now heard events that the restored file does not know, and numbers it will give again.
  for (let nth = 0; nth < 3; nth++) {
    const { taskId } = await world.grant()
    await world.operations().completeTask({ by, taskId })
  }
  await world.operations().completeTask({ by, taskId: first.taskId })
  await until(first.token, 401)
  const { signsFrom } = await world.operations().rotateKeys()
  world.clock.advance(signsFrom - world.clock.now())
  const lost = await world.grant()
  await until(lost.token, 200)

  await world.stop()
  world.restore()
  await world.restart()
  await until(second.token, 200)
  expect(await statusOf(first.token)).toBe(401)
  world.clock.advance(60_000)
  await until(lost.token, 401)
  const anew = await world.grant()
  expect(anew.kid).toBe(second.kid)
  await until(anew.token, 200)
  await world.operations().completeTask({ by, taskId: second.taskId })
  await until(second.token, 401)
})
