import { describe, expect, it } from 'vitest'
import { challenge, faultOf, reading, stage } from './stage.ts'

describe('walls between resources', () => {
  it('resource:types — a type the resource does not list is TYPE_NOT_LISTED and never asked for', async () => {
    const world = await stage()
    const jit = world.jit({
      resources: [{ url: world.api.url, audience: world.api.audience, types: ['file_access'] }],
    })
    const error = await faultOf(
      jit.runTask({}, (task) =>
        task.fetch(`${world.api.url}/v1/payments`, { method: 'POST', body: '{"invoice":"i1"}' }),
      ),
    )
    expect(error.code).toBe('TYPE_NOT_LISTED')
    expect(world.counts().requests).toBe(0)
    const fine = await jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/documents/d1`))
    expect(fine.status).toBe(200)
  })

  it('resource:types — two resources at an authority that binds no audience must list their types', async () => {
    const world = await stage({ apis: ['beta'] })
    world.faults.change('capabilities', (is) => ({ ...is, bindsAudience: false }))
    const attempt = async (resources: Parameters<typeof world.jit>[0]) => {
      const jit = world.jit(resources)
      return jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/documents/d1`))
    }
    expect((await faultOf(attempt({}))).code).toBe('CONFIG_INVALID')
    expect(world.counts().requests).toBe(0)
    const [acme, beta] = world.resources
    const listed = await attempt({
      resources: [
        { ...acme, types: ['file_access'] },
        { ...beta, types: ['payment'] },
      ] as never,
    })
    expect(listed.status).toBe(200)
  })

  it('resource:grant-stays-home — a second resource that names the first one’s details gets neither its grant nor its flight', async () => {
    const world = await stage({ apis: ['beta'] })
    const beta = world.apis.beta
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/documents/d1`)
      beta?.script('/v1/bait', (request) => {
        const carried = world.claims(request)
        return carried?.jit === true ? Response.json(carried) : challenge(reading('d1'))
      })
      const bait = await task.fetch(`${beta?.url}/v1/bait`)
      expect(await bait.json()).toMatchObject({ aud: beta?.audience })
    })
    const home = new Set(world.api.seen().map((each) => each.jti))
    expect(beta?.seen().filter((each) => each.jti !== undefined && home.has(each.jti))).toEqual([])
    expect(world.counts().requests).toBe(2)
    expect(world.faults.calls('request').map((args) => args[1].resource.audience)).toEqual([
      world.api.audience,
      beta?.audience,
    ])
  })

  it('resource:grant-stays-home — simultaneous equal challenges of two resources are two requests', async () => {
    const world = await stage({ apis: ['beta'] })
    const jit = world.jit()
    await jit.runTask({}, (task) =>
      Promise.all([
        task.fetch(`${world.api.url}/v1/documents/d1`),
        task.fetch(`${world.apis.beta?.url}/v1/documents/d1`),
      ]),
    )
    expect(world.counts()).toMatchObject({ requests: 2, redemptions: 2 })
  })

  it('resource:grant-stays-home — a denial at one resource is no denial at another', async () => {
    const world = await stage({ apis: ['beta'] })
    await world.jit().runTask({}, async (task) => {
      const first = task.fetch(`${world.api.url}/v1/vault/v1`)
      const [asked] = await world.human.waitForPending(1)
      await world.human.deny(asked?.requestId ?? '')
      expect((await faultOf(first)).code).toBe('DENIED')
      const second = task.fetch(`${world.apis.beta?.url}/v1/vault/v1`)
      const [again] = await world.human.waitForPending(1)
      await world.human.approve(again?.requestId ?? '')
      expect((await second).status).toBe(200)
    })
  })
})
