import { AssertionError } from 'node:assert'
import {
  type AdapterDriver,
  type AdapterSetup,
  pretendDriver,
  type Seen,
  testAdapter,
} from '@lumojit/conformance'
import type { Jit, ToolCall } from '@lumojit/core'
import { describe, expect, it } from 'vitest'

/** One mistake an adapter may make, and the requirements whose cases have to notice it. */
interface Mistake {
  readonly title: string
  readonly noticedBy: readonly string[]
  readonly jit?: (jit: Jit) => Partial<Jit>
  readonly setup?: (setup: AdapterSetup) => Partial<AdapterSetup>
  readonly seen?: (seen: Seen, setup: AdapterSetup) => Partial<Seen>
}

const withCall =
  (change: (call: ToolCall) => Partial<ToolCall>) =>
  (jit: Jit): Partial<Jit> => ({
    callTool: (call, execute) => jit.callTool({ ...call, ...change(call) }, execute),
  })

let count = 0
const mistakes: readonly Mistake[] = [
  {
    title: 'never ends its task',
    noticedBy: ['end:revokes-all', 'pause:task-stays-open'],
    jit: (jit) => ({
      task: (run) =>
        over(jit.task(run), {
          complete: async () => ({ taskId: '', revoked: 0, unrevoked: [] }),
        }),
    }),
  },
  {
    title: 'ends its task at a pause',
    noticedBy: ['pause:task-stays-open', 'pause:native', 'pause:second-run-asks-nobody'],
    jit: (jit) => ({
      task: (run) => {
        const task = jit.task(run)
        const { suspend, complete } = task
        return over(task, {
          suspend: async () => {
            const handle = await suspend()
            await complete()
            return handle
          },
        })
      },
    }),
  },
  {
    title: 'names a call anew at every execution',
    noticedBy: ['pause:second-run-asks-nobody', 'pause:native', 'claim:one-winner'],
    jit: withCall((call) => ({ key: `${call.key}/${++count}` })),
  },
  {
    title: 'names calls by their tool',
    noticedBy: ['reuse:unsafe-calls-do-not-share-a-human'],
    jit: withCall((call) => ({ key: call.toolName, callId: call.toolName })),
  },
  {
    title: 'forgets what the model passed',
    noticedBy: ['handle:changed-arguments'],
    jit: withCall(() => ({ args: null })),
  },
  {
    title: 'does every call twice',
    noticedBy: ['pause:siblings-once'],
    jit: (jit) => ({
      callTool: async (call, execute) => {
        await jit.callTool(call, execute)
        return jit.callTool(call, execute)
      },
    }),
  },
  {
    title: 'takes a pause for an answer',
    noticedBy: ['pause:latch', 'pause:native', 'pause:late-redeem'],
    jit: (jit) => ({
      callTool: async (call, execute) => {
        const outcome = await jit.callTool(call, execute)
        return outcome.kind === 'pending' ? { kind: 'done', value: 'waiting' as never } : outcome
      },
    }),
  },
  {
    title: 'waits where it should pause',
    noticedBy: ['pause:native', 'pause:auto'],
    jit: withCall(() => ({ pending: 'block' })),
  },
  {
    title: 'pauses where it should wait',
    noticedBy: ['pause:block-mode', 'pause:auto'],
    jit: withCall(() => ({ pending: 'suspend', waitMs: 0 })),
  },
  {
    title: 'drops the signal',
    noticedBy: ['flight:abort-is-own', 'end:revokes-all'],
    jit: withCall(() => ({ signal: new AbortController().signal })),
  },
  {
    title: 'leaves dropped questions open',
    noticedBy: ['pause:abandoned-is-cancelled'],
    jit: () => ({ abandon: async () => {} }),
  },
  {
    title: 'takes its subject from nowhere',
    noticedBy: ['handle:other-users-valid-handle-grants-nothing'],
    jit: (jit) => ({
      // Everybody is the same person, and every saved handle is believed to be of this run.
      task: (run) => jit.task({ ...run, options: () => ({ onBehalfOf: 'everybody' }) }),
    }),
  },
  {
    title: 'tells the model of a refusal in prose',
    noticedBy: ['refuse:not-asked-again-in-task'],
    jit: (jit) => ({
      callTool: async (call, execute) => {
        const outcome = await jit.callTool(call, execute)
        return outcome.kind === 'refused'
          ? { kind: 'done', value: 'Sorry, try again.' as never }
          : outcome
      },
    }),
  },
  {
    title: 'shows a token',
    noticedBy: ['token:never-in'],
    jit: (jit) => ({
      callTool: (call, execute) => {
        const said: string[] = []
        return jit
          .callTool(call, async (context) => {
            const value = await execute(context)
            said.push(JSON.stringify(value))
            return value
          })
          .then((outcome) =>
            outcome.kind === 'done' && said[0]
              ? { kind: 'done', value: JSON.parse(said[0]) }
              : outcome,
          )
      },
    }),
  },
  {
    title: 'does what was declared without asking first',
    noticedBy: ['pause:native'],
    jit: withCall(() => ({ declared: [] })),
  },
  {
    title: 'escalates by itself where the model should',
    noticedBy: ['challenge-id:opaque'],
    jit: withCall(() => ({ escalate: 'engine' })),
  },
  {
    title: 'saves too much',
    noticedBy: ['pause:native'],
    seen: (seen) => ({ state: seen.state, shown: [...seen.shown, { details: 'user_data' }] }),
  },
]

describe('an adapter that', () => {
  for (const mistake of mistakes) {
    for (const id of mistake.noticedBy) {
      it(`${mistake.title} does not pass ${id}`, async () => {
        const cases = testAdapter(broken(mistake), { deadlineMs: 2_000 }).filter(
          // The plain way, in this process: a child would import the sound driver.
          ({ id: its, title }) => its === id && !/control:|\(|processes/.test(title),
        )
        const results = await Promise.allSettled(cases.map((each) => each.run()))
        const reasons = results.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
        expect(cases.length).toBeGreaterThan(0)
        expect(reasons.some((reason) => reason instanceof AssertionError)).toBe(true)
        expect(
          reasons.every((reason) => reason instanceof AssertionError),
          String(reasons),
        ).toBe(true)
      })
    }
  }
})

describe('skips of an adapter', () => {
  const { name } = pretendDriver
  const allowed = ['pause:auto', 'pause:native', 'pause:never-heard-of'].map((id) => ({ name, id }))
  const skipping = (skip: Partial<AdapterDriver['skips'][number]>) =>
    testAdapter(
      {
        ...pretendDriver,
        skips: [{ id: 'pause:auto', reason: 'it cannot', proof: 'it cannot', ...skip }],
      },
      { allowed },
    )

  it('are data on the cases they cover, and on no other', () => {
    const skipped = skipping({}).filter((each) => each.skipped)
    expect(new Set(skipped.map(({ id }) => id))).toEqual(new Set(['pause:auto']))
    expect(skipped.length).toBe(2)
  })

  it('may be narrowed to one way of running', () => {
    const skipped = skipping({ id: 'pause:native', when: 'nested' }).filter((each) => each.skipped)
    expect(skipped.length).toBeGreaterThan(0)
    expect(skipped.every(({ title }) => title.includes('nested'))).toBe(true)
  })

  it('of an unknown id, or without a reason or a proof, are errors', () => {
    expect(() => skipping({ id: 'pause:never-heard-of' })).toThrow(/no requirement/)
    expect(() => skipping({ reason: ' ' })).toThrow(/without a reason/)
    expect(() => skipping({ proof: '' })).toThrow(/without a reason/)
  })

  it('that nobody agreed on are errors', () => {
    expect(() => skipping({ id: 'pause:latch' })).toThrow(/allowedSkips/)
  })
})

function broken(mistake: Mistake): AdapterDriver {
  return {
    ...pretendDriver,
    open: async (given) => {
      const jit = over(given.jit, mistake.jit?.({ ...given.jit }) ?? {})
      const setup = { ...given, jit, ...mistake.setup?.(given) }
      const run = await pretendDriver.open(setup)
      const bent = async (going: Promise<Seen>) => {
        const seen = await going
        return { ...seen, ...mistake.seen?.(seen, setup) }
      }
      return {
        start: (input, options) => bent(run.start(input, options)),
        resume: (state, options) => bent(run.resume(state, options)),
        [Symbol.asyncDispose]: () => run[Symbol.asyncDispose](),
      }
    },
  }
}

/** The same object to everybody who knows it, with some of its members replaced. */
function over<T extends object>(target: T, members: Partial<T>): T {
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(target, name, { value, configurable: true })
  }
  return target
}
