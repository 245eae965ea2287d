import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './scripted-authority.ts'
import { collect, faultOf, stage } from './stage.ts'

function redirect(status: number, location: string): Response {
  return new Response(null, { status, headers: { location } })
}

describe('where a call may go', () => {
  it('send:only-listed-resources — anything else is ORIGIN_NOT_LISTED before the first byte', async () => {
    const world = await stage()
    const jit = world.jit({
      resources: ['https://api.example/v1', 'http://127.0.0.1:4000', 'https://[::1]:8443'],
      authority: scriptedAuthority(),
    })
    const outside = [
      'https://api.example.evil.com/v1/x',
      'https://evil.com/api.example/v1',
      'https://api.example@evil.com/v1/x',
      'https://user:pass@api.example/v1/x',
      'http://api.example/v1/x',
      'https://api.example:8443/v1/x',
      'https://api.example/v10/x',
      'https://api.example/v1x',
      'https://api.example/v2',
      'https://api.example/v1/../v2',
      'https://api.example/v1/%2e%2e/v2',
      'https://api.example/v1\\..\\v2',
      'http://127.0.0.1.nip.io:4000/x',
      'http://127.0.0.1:4001/x',
      'http://localhost:4000/x',
      'http://127.0.0.1/x',
    ]
    await jit.runTask({}, async (task) => {
      for (const url of outside) {
        const error = await faultOf(task.fetch(url))
        expect(error.code, url).toBe('ORIGIN_NOT_LISTED')
        expect(error.fix, url).toMatch(/list|fetch/i)
      }
    })
    expect(world.net.sent).toEqual([])
  })

  it('send:only-listed-resources — a path that only a decoding server would leave the listed one by is not in it', async () => {
    const world = await stage()
    const jit = world.jit({
      resources: ['https://api.example/v1'],
      authority: scriptedAuthority(),
    })
    await jit.runTask({}, async (task) => {
      for (const url of [
        'https://api.example/v1/%2E%2E%2Fv2',
        'https://api.example/v1/..%2fv2',
        'https://api.example/v1/x/..%2f..%2fv2',
        'https://api.example/v1/..%5cv2',
      ])
        expect((await faultOf(task.fetch(url))).code, url).toBe('ORIGIN_NOT_LISTED')
    })
    expect(world.net.sent).toEqual([])
  })

  it('send:only-listed-resources — a URL object that is changed after the call changes nothing of it', async () => {
    const world = await stage()
    world.net.host('https://evil.example', () => new Response('got it'))
    await world.jit().runTask({}, async (task) => {
      const url = new URL(`${world.api.url}/v1/documents/d1`)
      const hold = world.faults.hold('request')
      const reading = task.fetch(url)
      await hold.arrived
      url.href = 'https://evil.example/v1/documents/d1'
      hold.release()
      expect(await (await reading).json()).toEqual({ text: 'text of d1' })
      const page = new URL(`${world.api.url}/v1/documents/d2?page=1`)
      const first = task.fetch(page)
      page.searchParams.set('page', '2')
      await Promise.all([first, task.fetch(page)])
    })
    expect(world.net.sent.filter((each) => each.url.includes('evil'))).toEqual([])
    const paths = world.api.seen().map((each) => each.path)
    expect(new Set(paths.filter((path) => path.includes('page')))).toEqual(
      new Set(['/v1/documents/d2?page=1', '/v1/documents/d2?page=2']),
    )
  })

  it('send:only-listed-resources — default ports equal, paths are prefixes on segment boundaries', async () => {
    const world = await stage()
    world.net.host('https://api.example', (request) => new Response(request.url))
    const jit = world.jit({
      resources: ['https://api.example:443/v1/'],
      authority: scriptedAuthority(),
    })
    await jit.runTask({}, async (task) => {
      for (const url of [
        'https://api.example/v1',
        'https://api.example/v1/x?y=..%2f',
        'https://API.example:443/v1/a/../b',
      ]) {
        expect((await task.fetch(url)).status, url).toBe(200)
      }
    })
  })

  it('send:only-listed-resources — an entry that is no plain https or loopback URL is refused at the start', async () => {
    const world = await stage()
    const codeOf = (url: string) => {
      try {
        world.jit({ resources: [url] })
        return 'accepted'
      } catch (error) {
        return (error as { code?: unknown }).code
      }
    }
    for (const url of [
      'http://api.example',
      'http://localhost.evil.com',
      'http://127.0.0.1.nip.io',
      'http://10.0.0.1',
      'ftp://api.example',
    ])
      expect(['INSECURE_URL', 'CONFIG_INVALID'], url).toContain(codeOf(url))
    for (const url of [
      'https://user:pass@api.example',
      'https://*.example',
      'https://api.example/?q=1',
      'not a url',
      '',
    ])
      expect(codeOf(url), url).toBe('CONFIG_INVALID')
    for (const url of [
      'http://127.8.9.10:1',
      'http://[::1]:1',
      'http://localhost:1',
      'https://api.example',
    ])
      expect(codeOf(url), url).toBe('accepted')
  })

  it('send:only-listed-resources — a caller’s own Authorization is refused, in any form', async () => {
    const world = await stage()
    const url = `${world.api.url}/v1/free`
    await world.jit().runTask({}, async (task) => {
      for (const attempt of [
        () => task.fetch(url, { headers: { AUTHORIZATION: 'Bearer mine' } }),
        () => task.fetch(url, { headers: new Headers({ authorization: 'Bearer mine' }) }),
        () => task.fetch(url, { headers: [['Authorization', 'Bearer mine']] }),
        () => task.fetch(new Request(url, { headers: { authorization: 'Bearer mine' } })),
      ]) {
        expect((await faultOf(attempt())).code).toBe('CALLER_AUTHORIZATION')
      }
    })
    expect(world.api.seen()).toHaveLength(0)
  })

  it('send:never-to-the-authority — its own endpoints are out of reach, listed or not, whatever it would be sent', async () => {
    const world = await stage()
    const origin = new URL(world.issuer).origin
    const jit = world.jit({ resources: [{ url: origin, baseToken: 'shared' }, world.api.url] })
    await jit.runTask({}, async (task) => {
      for (const path of ['/oauth/token', '/jit/request', '/jit/task', '/jit/pending']) {
        const error = await faultOf(task.fetch(`${world.issuer}${path}`, { method: 'POST' }))
        expect(error.code, path).toBe('ORIGIN_NOT_LISTED')
      }
      world.api.script('/v1/in', () => redirect(307, `${world.issuer}/jit/task`))
      await task.fetch(`${world.api.url}/v1/in`, { method: 'POST', body: '{}' })
    })
    const reached = world.net.sent.filter((each) => each.url.startsWith(origin))
    expect(reached.filter((each) => each.headers.has('authorization'))).toEqual([])
    expect(world.counts().tasks).toBeLessThanOrEqual(1)
  })

  it('send:only-listed-resources — a refused call leaves nothing behind: no task is opened for it', async () => {
    const world = await stage()
    const { events, onEvent } = collect()
    const jit = world.jit({ onEvent })
    const task = jit.task({ key: 'lazy', options: () => ({}) })
    expect(task.id).toBeUndefined()
    await faultOf(task.fetch('https://elsewhere.example/'))
    expect(task.id).toBeUndefined()
    expect(events).toEqual([])
    expect(world.counts().tasks).toBe(0)
  })
})
