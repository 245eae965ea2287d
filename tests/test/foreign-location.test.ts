import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './scripted-authority.ts'
import { challenge, faultOf, stage } from './stage.ts'

describe('places that are not the resource', () => {
  it('challenge:foreign-location-refused — details that name another place are never asked for', async () => {
    const world = await stage()
    for (const location of [
      'https://elsewhere.example/v1',
      `${world.api.url}.elsewhere.example/v1`,
      '//elsewhere.example/v1',
      'https://user@elsewhere.example',
    ]) {
      world.api.script('/v1/foreign', () =>
        challenge([{ type: 'file_access', actions: ['read'], locations: [location] }]),
      )
      const error = await faultOf(
        world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/foreign`)),
      )
      expect(error.code, location).toBe('FOREIGN_LOCATION')
      expect(error.response?.status).toBe(403)
    }
    expect(world.counts().requests).toBe(0)
  })

  it('challenge:foreign-location-refused — one foreign location among own ones, or one foreign detail among two, is enough', async () => {
    const world = await stage()
    const own = { type: 'file_access', actions: ['read'], locations: [world.api.url] }
    const foreign = {
      type: 'file_access',
      actions: ['write'],
      locations: ['https://elsewhere.example'],
    }
    for (const details of [
      [{ ...own, locations: [world.api.url, 'https://elsewhere.example'] }],
      [own, foreign],
    ] as const) {
      world.api.script('/v1/foreign', () => challenge(details as never))
      const error = await faultOf(
        world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/foreign`)),
      )
      expect(error.code).toBe('FOREIGN_LOCATION')
    }
    expect(world.counts().requests).toBe(0)
  })

  it('challenge:foreign-location-refused — the resource’s url, its audience and relative locations are its own', async () => {
    const world = await stage()
    const audience = 'https://the-real-name.example'
    const jit = world.jit({
      authority: scriptedAuthority(),
      resources: [{ url: world.api.url, audience }],
    })
    for (const location of [`${world.api.url}/v1/x`, `${audience}/v1/x`, audience, '/v1/x']) {
      world.api.script('/v1/home', (request) =>
        request.headers.get('authorization')?.includes('grant')
          ? new Response('in')
          : challenge([{ type: 'file_access', actions: ['read'], locations: [location] }]),
      )
      const response = await jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/home`))
      expect(response.status, location).toBe(200)
    }
  })
})
