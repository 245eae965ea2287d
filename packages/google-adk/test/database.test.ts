import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSessionService } from '@google/adk/sessions/database'
import { LibSqlDriver } from '@mikro-orm/libsql'
import { expect, it, onTestFinished } from 'vitest'
import { pendingPermissions } from '../src/index.ts'
import {
  acting,
  all,
  call,
  newSession,
  noteTool,
  openStage,
  PLACE,
  payTool,
  running,
  saying,
  sessionIn,
  textOf,
} from './stage.ts'

type Options = ConstructorParameters<typeof DatabaseSessionService>[0]

it('ADK’s own database sessions: durable, and one engine goes on where another paused', async () => {
  const stage = await openStage()
  const directory = await mkdtemp(join(tmpdir(), 'lumojit-adk-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const open = (turns: Parameters<typeof acting>[1]) => {
    const kit = stage.kit({ pending: 'auto' })
    const options = { driver: LibSqlDriver, dbName: join(directory, 'sessions.db') }
    const sessions = new DatabaseSessionService(options as unknown as Options)
    const { agent } = acting([noteTool(stage, kit), payTool(stage, kit)], turns)
    return { kit, sessions, runner: running(kit, agent, sessions), close: () => closed(sessions) }
  }
  const first = open([
    { calls: [call('c1', 'note', 'plan'), call('c2', 'pay', 'alpha'), call('c3', 'pay', 'beta')] },
  ])
  await newSession(first.sessions)
  await all(first.kit.run(first.runner, { ...PLACE, newMessage: saying('go') }))
  await first.kit.jit[Symbol.asyncDispose]()
  await first.close()

  await stage.approve('alpha')
  const second = open([])
  await all(second.kit.wake(second.runner, PLACE))
  const waiting = pendingPermissions(await sessionIn(second.sessions))
  expect(waiting.map(({ callId }) => callId)).toEqual(['c3'])
  await second.kit.jit[Symbol.asyncDispose]()
  await second.close()

  await stage.approve('beta')
  const third = open([{ text: 'done' }])
  expect(textOf(await all(third.kit.wake(third.runner, PLACE)))).toBe('done')
  expect(stage.noted()).toEqual(['plan'])
  expect(stage.paid()).toEqual(['alpha', 'beta'])
  expect(stage.world.counts().tasks).toBe(1)
  expect(await stage.grants()).toEqual({ issued: 3, alive: 0 })
  await third.close()
})

/** The service has no end of its own. */
async function closed(sessions: DatabaseSessionService): Promise<void> {
  const { orm } = sessions as unknown as { readonly orm?: { close(): Promise<void> } }
  await orm?.close()
}
