import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryStore, verifyAudit } from '../src/index.ts'
import { sqliteStore } from '../src/sqlite.ts'
import { openWorld, READING, type World } from './world.ts'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'authority-audit-'))
  path = join(directory, 'authority.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Two tasks with a decision each, the first anchored, the second after it. */
const live = async (w: World) => {
  const tasks: string[] = []
  for (let nth = 0; nth < 2; nth++) {
    const task = await w.openTask()
    tasks.push(task)
    const id = await w.askPerson(task, { justification: 'Alice asked, paying 1000' })
    await w.approve(id, { agent_message: 'once' })
    await w.redeem(id)
    if (nth === 0) await w.authority.operations.anchorAudit()
  }
  return tasks
}

const tampered = async (tamper: (file: DatabaseSync, tasks: readonly string[]) => void) => {
  const store = sqliteStore(path, { synchronous: 'normal' })
  const w = await openWorld({ store })
  const tasks = await live(w)
  expect((await w.authority.operations.verifyAudit()).problems).toEqual([])
  const file = new DatabaseSync(path)
  tamper(file, tasks)
  file.close()
  const { problems } = await w.authority.operations.verifyAudit()
  await store.close()
  return problems.map(({ chain, ...rest }) => ({ task: tasks.indexOf(chain), ...rest }))
}

describe('verifyAudit', () => {
  it('reports what it looked at, and what no anchor pins yet', async () => {
    const w = await openWorld({ store: sqliteStore(path) })
    await live(w)
    expect(await w.authority.operations.verifyAudit()).toEqual({
      entries: 11,
      chains: 5,
      anchors: 1,
      swept: 0,
      unanchored: 4,
      problems: [],
    })
  })

  it('finds nothing wrong with what others go on writing meanwhile', async () => {
    const w = await openWorld({ store: sqliteStore(path, { synchronous: 'normal' }) })
    const task = await w.openTask()
    let writing = true
    const writer = (async () => {
      for (let nth = 0; nth < 60; nth++)
        await w.call('POST', '/jit/request', w.agent, {
          task_id: task,
          authorization_details: { ...READING, identifier: `${nth}` },
        })
      writing = false
    })()
    let rounds = 0
    for (; writing || rounds === 0; rounds++) {
      expect((await w.authority.operations.verifyAudit()).problems).toEqual([])
      if (rounds % 5 === 0) await w.authority.operations.anchorAudit()
      // The file answers at once: without a pause the writer would never have its turn.
      await new Promise((resolve) => setImmediate(resolve))
    }
    await writer
    expect(rounds).toBeGreaterThan(1)
  })

  it('authority:audit-verifies — a chain that retention took is no gap; one that somebody took is', async () => {
    const store = sqliteStore(path, { synchronous: 'normal' })
    const w = await openWorld({ store, limits: { keepMs: 3_600_000 } })
    const [first = '', second = ''] = await live(w)
    const { operations } = w.authority
    await w.call('POST', `/jit/task/${first}/complete`, w.agent)
    await w.call('POST', `/jit/task/${second}/complete`, w.agent)
    w.clock.advance(3_600_000)
    await operations.anchorAudit()
    const at = w.clock.now()
    const sweep = () => store.sweep({ at, before: at - 3_600_000, most: 1 })
    expect(await sweep()).toBe(1)
    expect(await operations.verifyAudit()).toMatchObject({ problems: [], swept: 1 })
    await operations.anchorAudit()
    const tampered = async (statement: string) => {
      const file = new DatabaseSync(path)
      file.exec(`begin; ${statement}; commit`)
      file.close()
      return (await operations.verifyAudit()).problems.map(({ problem }) => problem)
    }
    const gone = (await store.task(first)) ? first : second
    expect(await tampered(`delete from audit where chain = '${gone}'`)).not.toEqual([])
    expect(
      await tampered(
        `delete from chain where chain = '${gone}'; delete from task where id = '${gone}'`,
      ),
    ).toContain('anchor-mismatch')
    expect(
      await tampered(
        "delete from audit where chain = 'retention'; delete from chain where chain = 'retention'",
      ),
    ).toContain('anchor-mismatch')
    await store.close()
  })

  it('authority-store:retention — a server forgets by itself what is past its time, and nothing else', async () => {
    const w = await openWorld({ limits: { keepMs: 3_600_000 } })
    const { operations } = w.authority
    const [past, kept] = [await w.openTask(), await w.openTask()]
    await w.call('POST', `/jit/task/${past}/complete`, w.agent)
    w.clock.advance(3_600_000)
    const working = w.authority.work()
    const states = async () =>
      (await operations.listTasks({ by: { user: 'u_bob' } })).items.map(({ task }) => task.id)
    await expect.poll(states).toEqual([kept])
    expect(await operations.verifyAudit()).toMatchObject({ problems: [], swept: 1 })
    w.authority.close()
    await working
  })

  it('authority:audit-verifies — an end that no anchor pins does not pass for retention', async () => {
    const store = memoryStore()
    const w = await openWorld({ store })
    const [first = ''] = await live(w)
    const { entries, heads, anchors } = await store.auditSnapshot()
    const end = heads.find(({ chain }) => chain === first)
    const forged = async (data: object) => {
      const note = { chain: 'retention', at: 0, kind: 'task.swept', by: 'authority' }
      const other = memoryStore()
      await other.appendAudit({ ...note, data: { task: first, ...data } })
      const added = await other.auditSnapshot()
      const without = <T extends { readonly chain: string }>(all: readonly T[]) =>
        all.filter(({ chain }) => chain !== first)
      return verifyAudit({
        entries: [...without(entries), ...added.entries],
        heads: [...without(heads), ...added.heads],
        anchors,
      }).problems.map(({ chain, problem }) => `${chain === first} ${problem}`)
    }
    expect(await forged({ sequence: end?.sequence, hash: end?.hash })).toEqual([])
    const mismatch = 'true anchor-mismatch'
    expect(await forged({ sequence: end?.sequence, hash: 'other' })).toEqual([mismatch])
    expect(await forged({ sequence: 99, hash: end?.hash })).toEqual([mismatch])
  })

  it('authority:audit-verifies — catches one flipped byte', async () => {
    const problems = await tampered((file, [task]) =>
      file
        .prepare(
          "update audit set data = replace(data, '1000', '1001') where chain = ? and sequence = 2",
        )
        .run(task ?? ''),
    )
    expect(problems).toEqual([{ task: 0, sequence: 2, problem: 'changed' }])
  })

  it('authority:audit-verifies — catches a dropped row in the middle, and the last one, anchored or not', async () => {
    const drop = (nth: number, sequence: number) =>
      tampered((file, tasks) =>
        file
          .prepare('delete from audit where chain = ? and sequence = ?')
          .run(tasks[nth] ?? '', sequence),
      )
    expect(await drop(0, 2)).toEqual([{ task: 0, sequence: 3, problem: 'missing' }])
    rmSync(path)
    expect(await drop(0, 4)).toEqual([
      { task: 0, sequence: 4, problem: 'head-mismatch' },
      { task: 0, sequence: 4, problem: 'anchor-mismatch' },
    ])
    rmSync(path)
    expect(await drop(1, 4)).toEqual([{ task: 1, sequence: 4, problem: 'head-mismatch' }])
  })

  it('authority:audit-verifies — catches two rows that changed places', async () => {
    const problems = await tampered((file, [task = '']) => {
      const move = file.prepare('update audit set sequence = ? where chain = ? and sequence = ?')
      move.run(99, task, 2)
      move.run(2, task, 3)
      move.run(3, task, 99)
    })
    expect(problems).toContainEqual({ task: 0, sequence: 2, problem: 'changed' })
    expect(problems).toContainEqual({ task: 0, sequence: 3, problem: 'changed' })
  })

  it('authority:audit-verifies — catches a chain rewritten from the start, by its anchor, and a changed anchor', async () => {
    const whole = await tampered((file, [first = '', second = '']) => {
      // A forger who recomputes every hash, and the head, still has the anchor against him.
      for (const table of ['audit', 'chain'])
        file.prepare(`delete from ${table} where chain = ?`).run(first)
      expect(second).not.toBe('')
    })
    expect(whole).toEqual([{ task: 0, sequence: 4, problem: 'anchor-mismatch' }])
    rmSync(path)
    const anchor = await tampered((file) => file.exec("update anchor set heads = '[]'"))
    expect(anchor).toEqual([{ task: -1, sequence: 1, problem: 'changed' }])
  })

  it('exports JSON lines with all that a verifier needs, and never a token', async () => {
    const tokens: string[] = []
    const w = await openWorld({
      store: sqliteStore(path),
      onTokenIssued: ({ value }) => tokens.push(value),
    })
    const [task] = await live(w)
    const lines: string[] = []
    for await (const line of w.authority.operations.exportAudit()) lines.push(line)
    const rows = lines.map((line) => JSON.parse(line))
    expect(rows.filter(({ type }) => type === 'anchor')).toHaveLength(1)
    const approved = rows.find(({ kind, chain }) => kind === 'request.approved' && chain === task)
    expect(approved).toMatchObject({ by: 'user:u_bob', data: { agent_message: 'once' } })
    expect(tokens.length).toBeGreaterThan(2)
    for (const token of tokens) expect(lines.join()).not.toContain(token)
    const one: unknown[] = []
    for await (const line of w.authority.operations.exportAudit({ chain: task ?? '' }))
      one.push(line)
    expect(one).toHaveLength(4)
  })
})
