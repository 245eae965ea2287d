import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Guard } from '../src/index.ts'
import { settle } from './manual-clock.ts'
import { call, hashOf, type Line, PretendAuthority, READ, refusal } from './pretend-authority.ts'

let authority: PretendAuthority
let token: string
beforeEach(async () => {
  authority = await PretendAuthority.open()
  token = await authority.token({ exp: authority.clock.seconds + 3600 })
})
afterEach(() => authority.close())

async function statusOf(guard: Guard, bearer = token): Promise<number | 'in'> {
  const outcome = await guard(call(bearer), READ)
  return outcome instanceof Response ? outcome.status : 'in'
}

async function line(number: number): Promise<Line> {
  await vi.waitFor(() => expect(authority.lines.length).toBeGreaterThanOrEqual(number))
  return authority.lines[number - 1] as Line
}

const feedRequests = () => authority.requests.filter((path) => path === 'events').length
const later = () => authority.clock.seconds + 900

describe('what was revoked', () => {
  it('stops the token it names, and no other', async () => {
    const guard = authority.guard()
    const other = await authority.token({ jti: 'jti_2' })
    expect(await statusOf(guard)).toBe('in')
    const feed = await line(1)
    feed.send('revoked', { token: hashOf('jti_1'), exp: later() }, '2')
    await settle()
    const refused = await refusal(guard(call(token), READ))
    expect(refused.status).toBe(401)
    expect(refused.error).toBe('invalid_token')
    expect(refused.headers.has('insufficient-authorization-details')).toBe(false)
    expect(await statusOf(guard, other)).toBe('in')
  })

  it('stops every token of a task that ended, and of no other', async () => {
    const guard = authority.guard()
    const sibling = await authority.token({ jti: 'jti_2' })
    const other = await authority.token({ jti: 'jti_3', task_id: 'task_2' })
    const untied = await authority.token({ jti: 'jti_4', task_id: undefined, jit: undefined })
    await guard.ready()
    const feed = await line(1)
    feed.send('task-ended', { task: hashOf('task_1'), exp: later() }, '2')
    await settle()
    expect(await statusOf(guard)).toBe(401)
    expect(await statusOf(guard, sibling)).toBe(401)
    expect(await statusOf(guard, other)).toBe('in')
    expect(await statusOf(guard, untied)).toBe('in')
  })

  it('before this guard was there counts from its first decision on', async () => {
    authority.greeting = `event: revoked\ndata: ${JSON.stringify({ token: hashOf('jti_1'), exp: later() })}\nid: 7\n\nevent: ready\ndata: {}\nid: 8\n\n`
    expect(await statusOf(authority.guard())).toBe(401)
  })

  it('is remembered while the token could still pass', async () => {
    const guard = authority.guard({ clockSkewSeconds: 60 })
    await guard.ready()
    const feed = await line(1)
    const exp = authority.clock.seconds + 110
    const short = await authority.token({ exp })
    feed.send('revoked', { token: hashOf('jti_1'), exp }, '2')
    for (let beat = 0; beat < 33; beat++) {
      await authority.clock.advance(5_000)
      feed.raw(': alive\n\n')
      await settle()
    }
    expect(authority.clock.seconds).toBe(exp + 55)
    expect(await statusOf(guard, short)).toBe(401)
  })

  it('is not asked for with revocation none', async () => {
    const guard = authority.guard({ revocation: 'none' })
    expect(await statusOf(guard)).toBe('in')
    expect(feedRequests()).toBe(0)
  })
})

describe('before the first decision', () => {
  it('everything still relevant is awaited', async () => {
    authority.greeting = ''
    const guard = authority.guard()
    let answer: unknown
    const outcome = statusOf(guard).then((status) => {
      answer = status
    })
    const feed = await line(1)
    feed.send('revoked', { token: hashOf('jti_1'), exp: later() }, '1')
    await settle()
    expect(answer).toBeUndefined()
    feed.send('ready', {}, '2')
    await outcome
    expect(answer).toBe(401)
  })

  it('five seconds are waited, then it is 503, and 503 at once from then on', async () => {
    authority.greeting = ''
    const guard = authority.guard()
    const outcome = refusal(guard(call(token), READ))
    await line(1)
    await settle()
    await authority.clock.advance(5_000)
    const refused = await outcome
    expect(refused.status).toBe(503)
    expect(refused.error).toBe('temporarily_unavailable')
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await statusOf(guard)).toBe(503)
    expect(authority.faults.at(-1)).toMatchObject({ code: 'FEED_UNREACHABLE' })
    await expect(guard.ready()).rejects.toMatchObject({ code: 'FEED_UNREACHABLE' })
    const feed = await line(authority.lines.length)
    feed.send('ready', {}, '2')
    await settle()
    expect(await statusOf(guard)).toBe('in')
  })

  it('an authority without a feed is told apart at once', async () => {
    authority.metadata = { ...authority.metadata, lumojit_capabilities: undefined }
    expect(await statusOf(authority.guard())).toBe(503)
    expect(authority.faults.at(-1)).toMatchObject({ code: 'FEED_NOT_OFFERED' })
  })

  it.each<[string, () => Response]>([
    ['an error', () => new Response('no', { status: 500 })],
    ['JSON', () => Response.json({})],
    [
      'something merely named alike',
      () =>
        new Response('event: ready\ndata: {}\n\n', {
          headers: { 'content-type': 'text/event-streams' },
        }),
    ],
  ])('a feed that answers with %s lets nobody in', async (_, answer) => {
    let answered = 0
    const guard = authority.guard({
      fetch: async (input, init) => {
        if (!String(input).endsWith('/events')) return authority.fetch(input, init)
        answered++
        return answer()
      },
    })
    const outcome = statusOf(guard)
    await vi.waitFor(() => expect(answered).toBe(1))
    await settle()
    await authority.clock.advance(5_000)
    expect(await outcome).toBe(503)
  })
})

describe('a feed that is cut', () => {
  it.each(['end', 'cut'] as const)('(%s) is forgiven for a second, not longer', async (how) => {
    const guard = authority.guard()
    expect(await statusOf(guard)).toBe('in')
    authority.down.set('events', 0)
    const feed = await line(1)
    feed[how]()
    await settle()
    expect(await statusOf(guard)).toBe('in')
    await authority.clock.advance(1_000)
    expect(await statusOf(guard)).toBe('in')
    await authority.clock.advance(1)
    expect(await statusOf(guard)).toBe(503)
    expect(authority.faults.at(-1)).toMatchObject({ code: 'FEED_UNREACHABLE' })
  })

  it('is taken up again where it stood, and lets in again once ready', async () => {
    const guard = authority.guard()
    await guard.ready()
    const first = await line(1)
    expect(first.headers.has('last-event-id')).toBe(false)
    first.send('revoked', { token: hashOf('jti_9'), exp: later() }, '42')
    await settle()
    authority.greeting = ''
    first.cut()
    await settle()
    await authority.clock.advance(2_000)
    const second = await line(2)
    expect(second.headers.get('last-event-id')).toBe('42')
    expect(await statusOf(guard)).toBe(503)
    second.send('revoked', { token: hashOf('jti_1'), exp: later() }, '43')
    await settle()
    expect(await statusOf(guard)).toBe(503)
    second.send('ready', {}, '44')
    await settle()
    expect(await statusOf(guard)).toBe(401)
    expect(await statusOf(guard, await authority.token({ jti: 'jti_2' }))).toBe('in')
  })

  it('in the middle of the first list is asked for again from its start', async () => {
    authority.greeting = ''
    const guard = authority.guard()
    const outcome = statusOf(guard)
    const first = await line(1)
    first.send('revoked', { token: hashOf('jti_9'), exp: later() }, '42')
    await settle()
    first.cut()
    await settle()
    await authority.clock.advance(250)
    const second = await line(2)
    expect(second.headers.has('last-event-id')).toBe(false)
    second.send('ready', {}, '43')
    expect(await outcome).toBe('in')
  })

  it('is tried again after 250 ms, then twice as long each time up to 5 s', async () => {
    const guard = authority.guard()
    await guard.ready()
    authority.down.set('events', 0)
    const feed = await line(1)
    feed.cut()
    await settle()
    for (const pause of [250, 500, 1000, 2000, 4000, 5000, 5000]) {
      const before = feedRequests()
      await authority.clock.advance(pause - 1)
      expect(feedRequests()).toBe(before)
      await authority.clock.advance(1)
      expect(feedRequests()).toBe(before + 1)
    }
    authority.down.clear()
    await authority.clock.advance(5_000)
    expect(await statusOf(guard)).toBe('in')
    const again = await line(2)
    again.cut()
    await settle()
    await authority.clock.advance(250)
    expect(authority.lines).toHaveLength(3)
  })

  it('that sends what nobody can read is dropped and read again from the start', async () => {
    const guard = authority.guard()
    await guard.ready()
    const first = await line(1)
    authority.greeting = ''
    first.raw('event: revoked\ndata: {"token":7}\nid: 9\n\n')
    await settle()
    await authority.clock.advance(250)
    const second = await line(2)
    expect(second.headers.has('last-event-id')).toBe(false)
    await authority.clock.advance(1_000)
    expect(await statusOf(guard)).toBe(503)
    expect(authority.faults.at(-1)).toMatchObject({ code: 'FEED_UNREADABLE' })
  })
})

describe('a feed that falls silent', () => {
  it('counts for 15 s, however open it looks', async () => {
    const guard = authority.guard()
    await guard.ready()
    authority.greeting = ''
    await authority.clock.advance(14_999)
    expect(await statusOf(guard)).toBe('in')
    await authority.clock.advance(1)
    expect(await statusOf(guard)).toBe(503)
    const first = await line(1)
    expect(first.aborted()).toBe(true)
  })

  it('is kept alive by a comment', async () => {
    const guard = authority.guard()
    await guard.ready()
    const feed = await line(1)
    for (let beat = 0; beat < 10; beat++) {
      await authority.clock.advance(5_000)
      feed.raw(': alive\n\n')
      await settle()
    }
    expect(await statusOf(guard)).toBe('in')
    expect(authority.lines).toHaveLength(1)
  })

  it('is noticed even when time jumped before any timer ran', async () => {
    const clock = {
      now: () => authority.clock.now() + jumped,
      sleep: authority.clock.sleep.bind(authority.clock),
    }
    let jumped = 0
    const guard = authority.guard({ clock })
    await guard.ready()
    jumped = 15_001
    expect(await statusOf(guard)).toBe(503)
  })
})

describe('closing', () => {
  it('hangs up, leaves no timer, and lets nobody in', async () => {
    const guard = authority.guard()
    expect(await statusOf(guard)).toBe('in')
    const feed = await line(1)
    await guard.close()
    expect(feed.aborted()).toBe(true)
    expect(authority.clock.sleeping).toBe(0)
    expect(await statusOf(guard)).toBe(503)
    expect(authority.faults.at(-1)).toMatchObject({ code: 'GUARD_CLOSED' })
    await expect(guard.ready()).rejects.toMatchObject({ code: 'GUARD_CLOSED' })
    await guard.close()
  })

  it('frees who waits for the first connection', async () => {
    authority.greeting = ''
    const guard = authority.guard()
    const outcome = statusOf(guard)
    await line(1)
    await guard.close()
    expect(await outcome).toBe(503)
    expect(authority.clock.sleeping).toBe(0)
  })

  it('works before anything was opened', async () => {
    await authority.guard().close()
    expect(authority.requests).toEqual([])
  })
})
