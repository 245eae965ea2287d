import { describe, expect, it } from 'vitest'
import { challenge, faultOf, reading, stage, writing } from './stage.ts'

describe('how often a call is sent', () => {
  it('send:at-most-three — a resource that always wants something else gets three credentials and no fourth', async () => {
    const world = await stage()
    let wants = 0
    world.api.script('/v1/never', () => challenge(reading(`n${wants++}`)))
    const error = await faultOf(
      world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/never`)),
    )
    expect(error.code).toBe('STILL_INSUFFICIENT')
    expect(error.response?.status).toBe(403)
    expect(world.api.seen()).toHaveLength(3)
    expect(new Set(world.api.seen().map((each) => each.jti)).size).toBe(3)
    expect(world.counts().requests).toBeLessThanOrEqual(2)
  })

  it('send:at-most-three — the same details after the grant for them end at once: STILL_INSUFFICIENT', async () => {
    const world = await stage()
    world.api.script('/v1/same', () =>
      challenge([{ actions: ['read'], type: 'file_access', identifier: 'd1' }]),
    )
    const error = await faultOf(
      world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/same`)),
    )
    expect(error.code).toBe('STILL_INSUFFICIENT')
    expect(world.api.seen()).toHaveLength(2)
    expect(world.counts().requests).toBe(1)
  })

  it('send:at-most-three — the same reference after the grant for it ends at once, whatever the details say', async () => {
    const world = await stage({ dialect: 'rar-401' })
    let wants = 0
    world.api.script('/v1/same', () => challenge(reading(`n${wants++}`), 'rar-401', 'ref-1'))
    const error = await faultOf(
      world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/same`)),
    )
    expect(error.code).toBe('STILL_INSUFFICIENT')
    expect(world.counts().requests).toBe(1)
  })

  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    it(`send:no-blind-resend — a ${method} whose connection broke is not sent again, and the error says it may have happened`, async () => {
      const world = await stage()
      const cut = new TypeError('socket hang up')
      world.api.script('/v1/cut', () => {
        throw cut
      })
      const error = await faultOf(
        world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/cut`, { method })),
      )
      expect(error.code).toBe('EFFECT_UNKNOWN')
      expect(error.cause).toBe(cut)
      expect(world.api.seen()).toHaveLength(1)
    })
  }

  it('send:no-blind-resend — also when it broke after the grant: one try with the grant, no more', async () => {
    const world = await stage()
    world.api.script('/v1/cut', (request) => {
      if (world.claims(request)?.jit !== true) return challenge(writing('d1'))
      throw new TypeError('socket hang up')
    })
    const error = await faultOf(
      world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/cut`, { method: 'POST' })),
    )
    expect(error.code).toBe('EFFECT_UNKNOWN')
    expect(world.api.seen().map((each) => each.credential)).toEqual(['base', 'grant'])
  })

  it('send:no-blind-resend — a broken GET fails as fetch fails: nothing is claimed about effects', async () => {
    const world = await stage()
    const cut = new TypeError('socket hang up')
    world.api.script('/v1/cut', () => {
      throw cut
    })
    const error = await world
      .jit()
      .runTask({}, (task) => task.fetch(`${world.api.url}/v1/cut`))
      .catch((error: unknown) => error)
    expect(error).toBe(cut)
  })
})
