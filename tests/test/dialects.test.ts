import type { Dialect } from '@lumojit/protocol'
import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './scripted-authority.ts'
import { challenge, collect, stage } from './stage.ts'

describe('challenges in every dialect', () => {
  for (const dialect of ['lumoauth', 'rar-403', 'rar-401'] as const satisfies Dialect[]) {
    it(`dialect:${dialect} — a guard that speaks it is understood, asked for and satisfied`, async () => {
      const world = await stage({ dialect })
      const { events, onEvent } = collect()
      const jit = world.jit({ onEvent })
      const text = await jit.runTask({ name: 'read' }, async (task) => {
        const response = await task.fetch(`${world.api.url}/v1/documents/d1`)
        return { status: response.status, body: await response.json() }
      })
      expect(text).toEqual({ status: 200, body: { text: 'text of d1' } })
      expect(world.api.seen().map((each) => each.credential)).toEqual(['base', 'grant'])
      expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'challenge-read', dialect, types: ['file_access'] }),
      )
    })
  }

  it('dialect:scope — an authority that grants scope is asked for it, and for the union of what was challenged before', async () => {
    const world = await stage()
    const authority = scriptedAuthority({ scope: true })
    const need = (scope: string) => (request: Request) =>
      request.headers.get('authorization')?.includes(scope)
        ? Response.json({ scope })
        : challenge({ kind: 'scope', scope: [scope] }, 'scope')
    world.api.script('/v1/a', need('a:read'))
    world.api.script('/v1/b', need('b:read'))
    const jit = world.jit({ authority })
    await jit.runTask({}, async (task) => {
      expect((await task.fetch(`${world.api.url}/v1/a`)).status).toBe(200)
    })
    expect(authority.requests.map((each) => each.permission)).toEqual([
      { kind: 'scope', scope: ['a:read'] },
    ])
    world.api.script('/v1/both', (request) => {
      const sent = request.headers.get('authorization') ?? ''
      if (!sent.includes('a:read')) return challenge({ kind: 'scope', scope: ['a:read'] }, 'scope')
      if (!sent.includes('b:read')) return challenge({ kind: 'scope', scope: ['b:read'] }, 'scope')
      return Response.json({})
    })
    await jit.runTask({}, async (task) => {
      expect((await task.fetch(`${world.api.url}/v1/both`)).status).toBe(200)
    })
    const asked = authority.requests.at(-1)?.permission
    expect(asked?.kind === 'scope' && [...asked.scope].sort()).toEqual(['a:read', 'b:read'])
  })

  it('dialect:scope — where the authority grants no scope, insufficient_scope comes back untouched', async () => {
    const world = await stage()
    world.api.script('/v1/scoped', () => challenge({ kind: 'scope', scope: ['x'] }, 'scope'))
    await world.jit().runTask({}, async (task) => {
      const response = await task.fetch(`${world.api.url}/v1/scoped`)
      expect(response.status).toBe(403)
      expect(response.headers.get('www-authenticate')).toContain('insufficient_scope')
      expect(response.bodyUsed).toBe(false)
    })
    expect(world.counts().requests).toBe(0)
    expect(world.api.seen()).toHaveLength(1)
  })
})
