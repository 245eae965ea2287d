import assert from 'node:assert/strict'
import { createGuard } from '@lumojit/guard'
import type { Scene } from './case.ts'
import {
  approveAll,
  asked,
  denyAll,
  mustFinish,
  mustPause,
  noted,
  paid,
  requestIds,
} from './checks.ts'
import type { Played } from './play.ts'
import type { Stage } from './stage.ts'
import { call, paymentOf } from './suite-tools.ts'
import { refusalIn, tells, toldOf } from './told.ts'
import { EVERY_HONEST_WAY } from './variants.ts'

const turns = [
  { calls: [call('c1', 'note', 'plan'), call('c2', 'pay', 'inv-1')] },
  { text: 'noted and paid' },
]

/** One process pauses and is killed; another goes on with the saved string and the shared directory alone. */
export const processes: readonly Scene[] = [
  {
    id: 'pause:goes-on-in-a-new-process',
    title: 'killed, approved, and done once by another process',
    ways: EVERY_HONEST_WAY,
    play: async (stage, way) => {
      const a = await stage.startInChild({ ...way, turns })
      const first = await a.played
      mustPause(first.seen)
      await a.kill()
      assert.deepEqual(noted(stage), ['plan'])
      await approveAll(stage, first)

      const b = await stage.resumeInChild(first)
      const second = await b.played
      mustFinish(second.seen, way.nested ? undefined : 'noted and paid')
      assert.ok(tells(toldOf(second.seen, 'c2'), 'paid', 'inv-1'))
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.deepEqual(noted(stage), ['plan'], 'a sibling was done again by the second process')
      assert.equal((await asked(stage)).filter((each) => each.about === 'inv-1').length, 1)
    },
  },
  {
    id: 'pause:goes-on-in-a-new-process',
    title: 'killed twice, undecided in between, and still one question',
    play: async (stage) => {
      const a = await stage.startInChild({ turns })
      const first = await a.played
      mustPause(first.seen)
      await a.kill()
      const b = await stage.resumeInChild(first)
      const second = await b.played
      mustPause(second.seen)
      await b.kill()
      assert.deepEqual(requestIds(second.seen), requestIds(first.seen))
      await approveAll(stage, second)
      const c = await stage.resumeInChild(second)
      mustFinish((await c.played).seen, 'noted and paid')
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.equal((await asked(stage)).filter((each) => each.about === 'inv-1').length, 1)
    },
  },
  {
    id: 'pause:goes-on-in-a-new-process',
    title: 'killed, denied, and told by another process',
    play: async (stage) => {
      const a = await stage.startInChild({ turns })
      const first = await a.played
      mustPause(first.seen)
      await a.kill()
      await denyAll(stage, first)
      const b = await stage.resumeInChild(first)
      const second = await b.played
      mustFinish(second.seen)
      assert.equal(refusalIn(toldOf(second.seen, 'c2')).code, 'DENIED')
      assert.deepEqual(paid(stage), [])
    },
  },
  {
    id: 'pause:goes-on-in-a-new-process',
    title: 'killed while its request is at the API, and sent by another process under the same key',
    play: async (stage) => {
      const first = await pausedAndKilled(stage)
      await approveAll(stage, first)
      const api = slowOnce(stage)
      try {
        const b = await stage.resumeInChild(first)
        await Promise.race([api.held, b.played])
        await b.kill()
        assert.equal(api.keys.length, 1, 'the second process sent nothing')
        const c = await stage.resumeInChild(first)
        mustFinish((await c.played).seen, 'paid')
      } finally {
        api.close()
      }
      assert.equal(api.keys.length, 2)
      assert.equal(new Set(api.keys).size, 1, 'one payment went out under two keys')
      assert.equal((await asked(stage)).length, 1)
    },
  },
  {
    id: 'claim:one-winner',
    title: 'of two processes that go on at the same time one does it',
    play: async (stage) => {
      const a = await stage.startInChild({ sharedStore: true, turns })
      const first = await a.played
      mustPause(first.seen)
      await a.kill()
      await approveAll(stage, first)
      const racers = await Promise.all([stage.resumeInChild(first), stage.resumeInChild(first)])
      const both = await Promise.all(racers.map((racer) => racer.played))
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.ok(
        both.some(({ seen }) => seen.results.some(({ told }) => tells(told, 'paid', 'inv-1'))),
        'the winner was not told that it won',
      )
    },
  },
]

async function pausedAndKilled(stage: Stage): Promise<Played> {
  const { played, kill } = await stage.startInChild({
    turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'paid' }],
  })
  const first = await played
  mustPause(first.seen)
  await kill()
  return first
}

interface SlowApi {
  /** Resolves when the payment that is never answered has arrived. */
  readonly held: Promise<void>
  /** Idempotency keys of the payments that the guard let in, in order. */
  readonly keys: readonly (string | null)[]
  close(): void
}

/** Payments behind a guard of their own: the first is done and never answered, the others are answered. */
function slowOnce({ world }: Stage): SlowApi {
  const guard = createGuard({ issuer: world.issuer, audience: world.api.audience })
  const keys: (string | null)[] = []
  const held = new Promise<void>((arrived) => {
    world.api.script('/v1/payments', async (request) => {
      const { invoice } = (await request.clone().json()) as { invoice: string }
      const checked = await guard(request, paymentOf(invoice))
      if (checked instanceof Response) return checked
      keys.push(request.headers.get('idempotency-key'))
      if (keys.length > 1) return Response.json({ paid: invoice }, { status: 201 })
      arrived()
      await new Promise((gone) => request.signal.addEventListener('abort', gone))
      throw new Error('Nobody is there for the answer.')
    })
  })
  return { held, keys, close: () => guard.close() }
}
