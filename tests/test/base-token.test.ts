import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './scripted-authority.ts'
import { challenge, reading, stage } from './stage.ts'

function carries(value: unknown, wanted: unknown): boolean {
  if (value === wanted) return true
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((each) => carries(each, wanted))
  )
}

describe('the base token', () => {
  it('base:resource-token — what a resource sees before a grant is good there and nowhere at the authority', async () => {
    const world = await stage()
    let stolen = ''
    world.api.script('/v1/free', (request) => {
      stolen = request.headers.get('authorization') ?? ''
      return new Response('ok')
    })
    await world.jit().runTask({ name: 'victim' }, async (task) => {
      await task.fetch(`${world.api.url}/v1/free`)
      expect(world.api.seen()[0]?.credential).toBe('base')
      expect(world.claims(stolen)).toMatchObject({ aud: world.api.audience })
      for (const [path, body] of [
        ['/jit/task', '{}'],
        [
          '/jit/request',
          JSON.stringify({ task_id: task.id, authorization_details: reading('d1')[0] }),
        ],
        [`/jit/task/${task.id}/complete`, undefined],
      ] as const) {
        const answer = await world.authority.fetch(
          new Request(`${world.issuer}${path}`, {
            method: 'POST',
            headers: { authorization: stolen, 'content-type': 'application/json' },
            ...(body === undefined ? {} : { body }),
          }),
        )
        expect([401, 403], path).toContain(answer.status)
      }
    })
    expect(world.counts().requests).toBe(0)
  })

  it('base:resource-token — one token per task and resource is fetched once, however many calls start at once', async () => {
    const world = await stage({ apis: ['beta'] })
    await world.jit().runTask({}, async (task) => {
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          task.fetch(`${n % 2 ? world.api.url : world.apis.beta?.url}/v1/free`),
        ),
      )
    })
    expect(world.faults.calls('baseToken')).toHaveLength(2)
    expect(new Set(world.api.seen().map((each) => each.jti)).size).toBe(1)
  })

  it('base:resource-token — a base token that stopped working is replaced once, however many calls find out', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/free`)
      const dead = world.api.seen()[0]?.jti
      world.api.script('/v1/free', (request) =>
        world.claims(request)?.jti === dead
          ? new Response(null, { status: 401 })
          : new Response('in'),
      )
      const all = await Promise.all(
        Array.from(
          { length: 30 },
          async () => (await task.fetch(`${world.api.url}/v1/free`)).status,
        ),
      )
      expect(all).toEqual(Array(30).fill(200))
      expect((await task.fetch(`${world.api.url}/v1/free`)).status).toBe(200)
    })
    expect(world.tokens('resource')).toHaveLength(2)
  })

  it('base:resource-token — none sends nothing ahead, and works with a guard that challenges strangers', async () => {
    const world = await stage({ challengeAnonymous: true })
    const jit = world.jit({
      resources: [{ url: world.api.url, audience: world.api.audience, baseToken: 'none' }],
    })
    const response = await jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/documents/d1`))
    expect(response.status).toBe(200)
    expect(world.api.seen().map((each) => each.credential)).toEqual(['none', 'grant'])
  })

  it('base:resource-token — shared is sent only where it was asked for', async () => {
    const world = await stage({ apis: ['beta'] })
    const [acme, beta] = world.resources
    const jit = world.jit({ resources: [{ ...acme, baseToken: 'shared' }, beta] as never })
    world.api.script('/v1/free', () => new Response('ok'))
    await jit.runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/free`)
      await task.fetch(`${world.apis.beta?.url}/v1/free`)
    })
    expect(world.api.seen()[0]?.credential).toBe('shared')
    expect(world.apis.beta?.seen()[0]?.credential).toBe('base')
  })

  it('base:never-wider-than-subject — with a subject token, every token of the task comes from it; a label changes nothing', async () => {
    const authority = scriptedAuthority()
    const world = await stage()
    const asked: unknown[] = []
    const watched = new Proxy(authority, {
      get: (target, member) => {
        const value: unknown = Reflect.get(target, member)
        if (typeof value !== 'function' || member === 'stateKey') return value
        return (...args: unknown[]) => {
          asked.push([member, args])
          return value.apply(target, args)
        }
      },
    })
    world.api.script('/v1/x', (request) =>
      request.headers.get('authorization')?.includes('grant')
        ? new Response('in')
        : challenge(reading('d1')),
    )
    const subjectToken = async () => 'alice-token'
    await world.jit({ authority: watched }).runTask({ subjectToken }, async (task) => {
      await task.fetch(`${world.api.url}/v1/x`)
    })
    const withSubject = (method: string) =>
      asked
        .filter((each) => (each as [string])[0] === method)
        .map((each) => carries((each as [string, unknown[]])[1], subjectToken))
    for (const method of ['openTask', 'request', 'redeem', 'baseToken', 'completeTask'])
      expect(withSubject(method), method).toEqual([true])
    expect(JSON.stringify(asked)).not.toContain('alice-token')
    asked.length = 0
    await world
      .jit({ authority: watched })
      .runTask({ onBehalfOf: 'alice@acme-corp.com' }, async (task) => {
        await task.fetch(`${world.api.url}/v1/x`)
      })
    expect(withSubject('baseToken')).toEqual([false])
  })

  it('base:never-wider-than-subject — a base token is never shared between a delegated task and the agent’s own', async () => {
    const world = await stage()
    const authority = scriptedAuthority()
    world.api.script('/v1/free', () => new Response('ok'))
    const jit = world.jit({ authority })
    await jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/free`))
    await jit.runTask({ subjectToken: async () => 'alice-token' }, (task) =>
      task.fetch(`${world.api.url}/v1/free`),
    )
    expect(authority.bases).toHaveLength(2)
  })
})
