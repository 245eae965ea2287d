import { describe, expect, it } from 'vitest'
import { challenge, faultOf, reading, stage, writing } from './stage.ts'

describe('several details', () => {
  it('details:never-split — one challenge with two details is one request, one token', async () => {
    const world = await stage()
    const both = [...reading('a'), ...writing('a')] as never
    const jit = world.jit()
    world.api.script('/v1/both', (request) => {
      const granted = world.claims(request)?.authorization_details
      return Array.isArray(granted) && granted.length === 2 ? new Response('in') : challenge(both)
    })
    const response = await jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/both`))
    expect(response.status).toBe(200)
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
    expect(world.faults.calls('request')[0]?.[1].permission).toMatchObject({
      kind: 'details',
      details: expect.arrayContaining([...reading('a'), ...writing('a')]),
    })
  })

  it('details:never-split — an authority that takes one only: MANY_DETAILS_UNSUPPORTED, nothing asked, the 403 in hand', async () => {
    const world = await stage()
    world.faults.change('capabilities', (is) => ({ ...is, manyDetails: false }))
    world.api.script('/v1/both', () => challenge([...reading('a'), ...writing('a')] as never))
    const error = await faultOf(
      world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/both`)),
    )
    expect(error.code).toBe('MANY_DETAILS_UNSUPPORTED')
    expect(error.response?.status).toBe(403)
    expect(error.response?.bodyUsed).toBe(false)
    expect(Object.keys(error)).not.toContain('response')
    expect(world.counts().requests).toBe(0)
    expect(world.faults.calls('request')).toHaveLength(0)
  })

  it('details:never-split — a second challenge of the same call is asked by itself, not joined to the first', async () => {
    const world = await stage()
    world.api.script('/v1/two-steps', (request) => {
      const granted = JSON.stringify(world.claims(request)?.authorization_details ?? [])
      if (granted.includes('write')) return new Response('in')
      return challenge(granted.includes('read') ? writing('a') : reading('a'))
    })
    const response = await world
      .jit()
      .runTask({}, (task) => task.fetch(`${world.api.url}/v1/two-steps`))
    expect(response.status).toBe(200)
    expect(world.faults.calls('request').map((args) => args[1].permission)).toEqual([
      { kind: 'details', details: reading('a') },
      { kind: 'details', details: writing('a') },
    ])
  })
})
