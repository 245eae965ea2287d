import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorld, otherProcess } from '@lumojit/conformance'
import { beforeAll, describe, expect, it } from 'vitest'
import { layouts } from './layouts.ts'
import type { MatrixAnswer, MatrixJob } from './matrix-process.ts'

/** What was to be seen when a process of the matrix had said its word and was killed. */
interface Moment {
  readonly answer: MatrixAnswer
  readonly paid: readonly string[]
  readonly noted: readonly string[]
}

const names = Object.keys(layouts)

/**
 * An open POST beside two payments that wait, in every layout at once, each with its own engine, task and
 * database. Every start and wake has a process of its own, which is killed as soon as it has said what
 * waits. The API ignores idempotency keys.
 */
describe('one open call beside two that wait, across processes', () => {
  const moments: Moment[] = []
  const ended: (string | null)[] = []
  const pids = new Set<number | undefined>()
  let asked = 0
  let alive: readonly boolean[] = []

  beforeAll(async () => {
    const world = await createWorld({ http: true })
    const directory = await mkdtemp(join(tmpdir(), 'lumojit-matrix-'))
    const turn = async (act: MatrixJob['act']) => {
      const job: MatrixJob = { world: world.env(), directory, act }
      const program = new URL('./matrix-process.ts', import.meta.url)
      const { pid, answer, kill } = await otherProcess<MatrixAnswer>(program, job)
      try {
        const said = await answer
        const effects = world.api.effects()
        moments.push({
          answer: said,
          paid: effects.flatMap(({ path, body }) =>
            path === '/v1/payments' ? [JSON.parse(body).invoice as string] : [],
          ),
          noted: effects.flatMap(({ path }) => /documents\/(.+)\/summaries/.exec(path)?.[1] ?? []),
        })
      } finally {
        ended.push(await kill())
        pids.add(pid)
      }
    }
    const approve = async (what: string) => {
      for (const { requestId, details } of await world.human.pending()) {
        if (details[0].identifier?.startsWith(what)) await world.human.approve(requestId)
      }
    }
    try {
      await turn('start')
      await approve('alpha')
      await turn('wake')
      await turn('wake')
      await approve('beta')
      await turn('finish')
      asked = world.counts().requests
      alive = await Promise.all(world.tokens('jit').map((token) => world.isAlive(token)))
    } finally {
      await world.close()
      await rm(directory, { recursive: true, force: true })
    }
  }, 120_000)

  it.each(names)('pause:siblings-once — %s', (name) => {
    const at = names.indexOf(name)
    const [plan, alpha, beta] = [`plan-${at}`, `alpha-${at}`, `beta-${at}`]
    const seen = moments.map(({ answer, paid, noted }) => ({
      ...answer[name],
      noted: noted.filter((each) => each === plan),
      paid: paid.filter((each) => each === alpha || each === beta),
    }))
    // Where one step comes after the other, the second is asked for when the first is done.
    const first = name.endsWith('after the other') ? [alpha] : [alpha, beta]
    expect(seen).toEqual([
      { waiting: first, noted: [plan], paid: [] },
      { waiting: [beta], noted: [plan], paid: [alpha] },
      { waiting: [beta], noted: [plan], paid: [alpha] },
      { waiting: [], noted: [plan], paid: [alpha, beta] },
    ])
  })

  it('pause:goes-on-in-a-new-process — each process was killed, and nobody was asked twice', () => {
    expect(ended).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL'])
    expect(pids.size).toBe(4)
    expect(asked).toBe(3 * names.length)
  })

  it('end:revokes-all — in the process that came to the end, whichever began it', () => {
    expect(alive.length).toBeGreaterThanOrEqual(3 * names.length)
    expect(alive.filter(Boolean)).toEqual([])
  })
})
