import { inspect } from 'node:util'
import { isLumojitError, memoryStore, type Store } from '@lumojit/core'
import { describe, expect, it, vi } from 'vitest'
import { findLeaks } from './canary.ts'
import { collect, done, faultOf, paused, reading, stage, toolCall } from './stage.ts'

const pay = { method: 'POST', body: '{"invoice":"i1"}' }

describe('secrecy', () => {
  it('token:never-in — the search finds a planted token in every dress: otherwise its silence would mean nothing', async () => {
    const world = await stage()
    await world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/documents/d1`))
    const token = world.tokens('jit')[0] ?? ''
    class Holder {
      readonly #hidden = token
      readonly shown: string
      constructor(shown: string) {
        this.shown = shown
      }
      get length() {
        return this.#hidden.length
      }
    }
    const hidden = Object.defineProperty({}, 'token', { value: token, enumerable: false })
    const places = {
      text: `Bearer ${token}`,
      nested: { a: [{ b: { c: token } }] },
      base64: Buffer.from(`{"authorization":"Bearer ${token}"}`).toString('base64'),
      base64shifted: Buffer.from(`x${token}`).toString('base64'),
      base64url: Buffer.from(`xy${token}?>`).toString('base64url'),
      percent: `https://x/?t=${[...Buffer.from(token)].map((byte) => `%${byte.toString(16)}`).join('')}`,
      hex: Buffer.from(token).toString('hex'),
      error: new Error('outer', { cause: new Error(`inner ${token}`) }),
      hidden,
      instance: new Holder(token),
      map: new Map([[{ deep: token }, 1]]),
    }
    const found = new Set(findLeaks(places, [token]).map((each) => each.place))
    expect([...found].sort()).toEqual(Object.keys(places).sort())
    expect(findLeaks({ clean: { nothing: 'here' } }, [token])).toEqual([])
  })

  it('token:never-in — events, handles, outcomes, grants, errors, the store, the console, inspection: none ever holds one', async () => {
    const written: unknown[] = []
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
      vi.spyOn(console, method).mockImplementation((...args) => void written.push(args))
    const world = await stage()
    const { events, onEvent } = collect()
    const memory = memoryStore(world.clock)
    const stored: unknown[] = []
    const store: Store = {
      get: (key) => memory.get(key),
      put: (key, value, options) => {
        stored.push(key, value)
        return memory.put(key, value, options)
      },
      take: (key, expected) => memory.take(key, expected),
    }
    const jit = world.jit({ onEvent, store })
    const task = await jit.openTask({ name: 'secret keeper', onBehalfOf: world.human.alice.email })
    const shown: Record<string, unknown> = { events, written, stored, jit, task }

    shown.free = done(
      await jit.callTool(toolCall(task, { key: 'free' }), async ({ fetch }) => {
        return (await fetch(`${world.api.url}/v1/documents/d1`)).json()
      }),
    )
    const payment = ({ fetch }: { fetch: typeof task.fetch }) =>
      fetch(`${world.api.url}/v1/payments`, pay).then((response) => response.json())
    const approval = paused(await jit.callTool(toolCall(task), payment))
    shown.approval = approval
    shown.handle = await task.suspend()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    shown.paid = await jit.callTool(toolCall(task, { resumeFrom: approval }), payment)
    shown.status = await jit.approvalStatus(approval, task)
    shown.grant = await task.request(reading('d2'), { resource: world.api.url, justification: 'j' })
    shown.challenged = await jit.callTool(
      toolCall(task, { key: 'm', escalate: 'model' }),
      ({ fetch }) => fetch(`${world.api.url}/v1/documents/d3`),
    )
    const denied = faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
    const [question] = await world.human.waitForPending(1)
    shown.question = question
    await world.human.deny(question?.requestId ?? '')
    shown.denied = await denied
    world.api.script('/v1/cut', () => {
      throw new TypeError('cut')
    })
    shown.cut = await faultOf(task.fetch(`${world.api.url}/v1/cut`, { method: 'POST' }))
    world.faults.unreachable()
    shown.unreachable = await world.clock.until(
      faultOf(task.fetch(`${world.api.url}/v1/documents/d9`)),
    )
    world.faults.unreachable(false)
    shown.report = await task.complete()
    shown.after = {
      jit: inspect(jit, { showHidden: true, depth: 20 }),
      task: inspect(task, { depth: 20 }),
    }

    const tokens = world.tokens().filter((each) => world.claims(each)?.email === undefined)
    expect(tokens.length).toBeGreaterThanOrEqual(4)
    expect(findLeaks(shown, [...tokens, 'the-secret-of-the-research-bot'])).toEqual([])
    expect(events.length).toBeGreaterThan(10)
    expect(stored.length).toBeGreaterThan(0)
    vi.restoreAllMocks()
  })

  it('token:never-in — an API that echoes the bearer is scrubbed once, on the way out of the call', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const echoed = done(
        await jit.callTool(toolCall(task), async ({ fetch }) => {
          const body = (await (await fetch(`${world.api.url}/v1/echo`)).json()) as {
            bearer: string
          }
          // Inside the tool it is there, in plain sight: the control of this very test.
          expect(world.tokens('jit')).toContain(body.bearer)
          return {
            body,
            text: `said ${body.bearer}.`,
            list: [[body.bearer]],
            [body.bearer]: 1,
            kept: 7,
          }
        }),
      )
      expect(findLeaks({ echoed }, world.tokens('jit'))).toEqual([])
      expect(echoed).toMatchObject({
        body: { bearer: '[secret]', nested: [{ header: 'Bearer [secret]' }] },
        text: 'said [secret].',
        list: [['[secret]']],
        kept: 7,
      })
    })
  })

  it('token:never-in — the base token is scrubbed as well', async () => {
    const world = await stage()
    world.api.script('/v1/headers', (request) => Response.json(Object.fromEntries(request.headers)))
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const echoed = done(
        await jit.callTool(toolCall(task), async ({ fetch }) =>
          (await fetch(`${world.api.url}/v1/headers`)).text(),
        ),
      )
      expect(echoed).toContain('Bearer [secret]')
      expect(findLeaks({ echoed }, world.tokens())).toEqual([])
    })
  })

  it('token:never-in — an error of the tool that quotes the answer is the same object, without the token', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      let thrown: unknown
      const call = jit.callTool(toolCall(task), async ({ fetch }) => {
        const { bearer } = (await (await fetch(`${world.api.url}/v1/echo`)).json()) as {
          bearer: string
        }
        thrown = Object.assign(new Error(`bad answer: ${bearer}`, { cause: new Error(bearer) }), {
          details: { headers: { authorization: `Bearer ${bearer}` } },
        })
        throw thrown
      })
      const error = await call.catch((error: unknown) => error)
      expect(error).toBe(thrown)
      expect(error).toMatchObject({ message: 'bad answer: [secret]' })
      expect(findLeaks({ error, stack: (error as Error).stack }, world.tokens())).toEqual([])
    })
  })

  it('token:never-in — what is not plain data passes as it is: streams and class instances are the tool’s own', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const response = done(
        await jit.callTool(toolCall(task), ({ fetch }) =>
          fetch(`${world.api.url}/v1/documents/d1`),
        ),
      )
      expect(response).toBeInstanceOf(Response)
      expect(await response.json()).toEqual({ text: 'text of d1' })
    })
  })

  it('token:never-in — withToken gives the token to the callback and takes it out of what comes back', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const options = { resource: world.api.url, justification: 'open the database' }
      const result = await task.withToken(reading('db'), options, async (token) => {
        expect(await world.isAlive(token)).toBe(true)
        return { connection: `db://user:${token}@host`, rows: 3 }
      })
      expect(result).toEqual({ connection: 'db://user:[secret]@host', rows: 3 })
    })
  })

  it('token:never-in — two users: what one’s call saw is scrubbed in that one’s call', async () => {
    const world = await stage()
    const jit = world.jit()
    const echo = (onBehalfOf: string) =>
      jit.runTask({ onBehalfOf }, async (task) =>
        done(
          await jit.callTool(toolCall(task, { key: onBehalfOf }), async ({ fetch }) =>
            (await fetch(`${world.api.url}/v1/echo`)).text(),
          ),
        ),
      )
    const texts = await Promise.all([echo(world.human.alice.email), echo(world.human.bob.email)])
    expect(findLeaks({ texts }, world.tokens())).toEqual([])
  })

  it('token:never-in — errors show their name, code and sentence, and nothing that they carry', async () => {
    const world = await stage()
    const { code, error } = await world.jit().runTask({}, async (task) => {
      const failing = faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
      const [question] = await world.human.waitForPending(1)
      await world.human.deny(question?.requestId ?? '')
      const error = await failing
      return { code: error.code, error }
    })
    expect(code).toBe('DENIED')
    expect(isLumojitError(error)).toBe(true)
    expect(Object.keys(error)).toEqual([])
    expect(JSON.stringify(error)).toBe('{}')
    expect({ ...error }).toEqual({})
    expect(inspect(error)).not.toMatch(/Response \{|v1\/vault|user_data/)
  })

  it('token:never-in — events hold no URL query, no body, no justification, no value of a detail', async () => {
    const world = await stage()
    const { events, onEvent } = collect()
    const jit = world.jit({ onEvent })
    await jit.runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/documents/doc-marker/summaries?q=query-marker`, {
        method: 'POST',
        body: 'body-marker',
        justification: 'reason-marker',
      })
    })
    expect(JSON.stringify(events)).not.toMatch(/marker/)
  })

  it('token:never-in — an observer that throws changes nothing', async () => {
    const world = await stage()
    const jit = world.jit({
      onEvent: () => {
        throw new Error('observer broke')
      },
    })
    const response = await jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/documents/d1`))
    expect(response.status).toBe(200)
  })
})
