import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { sqliteStore } from '../src/sqlite.ts'
import { openWorld, PAYMENT, READING } from './world.ts'

/** What the first version of the tables did not have, taken away again. */
const toFirstVersion = (path: string) => {
  const file = new DatabaseSync(path)
  file.exec(`
    drop index request_inbox; drop index request_live;
    drop index task_age; drop index task_state; drop index task_agent;
    drop index token_holder; drop index audit_age; drop index task_end;
    alter table request drop column risk_rank;
    alter table request drop column waiting;
    drop table password; drop table sign_in_link; drop table session;
    drop table agent; drop table delivery;
    delete from migration where version > 1;
  `)
  file.close()
}

it('authority-store:durable — a file of the first version opens, and what it had is listed as if it had been written today', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'authority-migrations-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'authority.db')
  const before = sqliteStore(path, { synchronous: 'normal' })
  const w = await openWorld({ store: before })
  const tasks = [await w.openTask(), await w.openTask()]
  const low = { ...PAYMENT, type: 'server', actions: ['delete'], identifier: 'n1' }
  const second = await w.askPerson(tasks[0] ?? '', { authorization_details: low })
  const first = await w.askPerson(tasks[0] ?? '')
  const decided = await w.askPerson(tasks[0] ?? '', {
    authorization_details: { type: 'wire_transfer' },
  })
  await w.approve(decided)
  await w.redeem(decided)
  await w.askPerson(tasks[1] ?? '')
  await w.call('POST', `/jit/task/${tasks[1]}/complete`, w.agent)
  await w.call('POST', '/jit/request', w.agent, {
    task_id: tasks[0],
    authorization_details: READING,
  })
  const all = await before.audit()
  await before.close()
  toFirstVersion(path)

  const after = sqliteStore(path, { synchronous: 'normal' })
  onTestFinished(() => after.close())
  const again = await openWorld({ store: after, clock: w.clock })
  const { operations } = again.authority
  const by = { user: 'u_bob' }
  const { items, total } = await operations.listPending({ by })
  expect([items.map(({ request }) => request.id), total]).toEqual([[first, second], 2])
  expect((await operations.listGrants({ by })).items.map(({ requestId }) => requestId)).toEqual([
    decided,
  ])
  expect((await operations.listTasks({ by })).total).toBe(2)
  expect((await operations.verifyAudit()).problems).toEqual([])
  expect((await after.audit()).length).toBeGreaterThanOrEqual(all.length)
  await operations.approve({ by, requestId: first })
  expect((await operations.listPending({ by })).total).toBe(1)
  await operations.setPassword({ userId: 'u_bob', password: 'four words are enough' })
  await operations.signIn({ user: 'u_bob', password: 'four words are enough' })
})

it('human:inbox-of-thousands — a page of 5,000 that wait is read by the index, without looking at the rest', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'authority-inbox-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'authority.db')
  const store = sqliteStore(path, { synchronous: 'normal' })
  onTestFinished(() => store.close())
  await store.ready
  const file = new DatabaseSync(path)
  onTestFinished(() => file.close())
  const plan = file
    .prepare(
      `explain query plan select * from request where waiting = 1 and pending_until > 5
       and (risk_rank, created_at, id) > (1, 2, 'x')
       order by risk_rank, created_at, id limit 51`,
    )
    .all()
    .map(({ detail }) => String(detail))
  expect(plan.join('\n')).toContain('request_inbox')
  expect(plan.join('\n')).not.toContain('TEMP B-TREE')
})
