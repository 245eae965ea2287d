import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './scripted-authority.ts'
import { challenge, faultOf, reading, stage } from './stage.ts'

describe('what was granted against what was asked', () => {
  const asked = [
    { type: 'file_access', actions: ['read'], identifier: 'd1', locations: ['/v1'] },
  ] as const

  const compared: [string, readonly [object], string][] = [
    ['broader', [{ ...asked[0], actions: ['read', 'write'] }], 'GRANT_EXCEEDS'],
    ['unrelated', [{ ...asked[0], identifier: 'd2' }], 'GRANT_EXCEEDS'],
    ['another type', [{ ...asked[0], type: 'payment' }], 'GRANT_EXCEEDS'],
  ]

  for (const [name, granted, code] of compared) {
    it(`ask:granted-compared-when-stated — ${name} than asked: revoked unsent, ${code}`, async () => {
      const world = await stage()
      const authority = scriptedAuthority({
        grant: () => ({ granted: { kind: 'details', details: granted as never } }),
      })
      world.api.script('/v1/x', (request) =>
        request.headers.get('authorization')?.includes('grant')
          ? new Response('in')
          : challenge(asked),
      )
      const error = await faultOf(
        world.jit({ authority }).runTask({}, (task) => task.fetch(`${world.api.url}/v1/x`)),
      )
      expect(error.code).toBe(code)
      expect(authority.revoked).toHaveLength(1)
      expect(world.api.seen()).toHaveLength(1)
    })
  }

  it('ask:granted-compared-when-stated — differing only in members nobody here understands: sent, the guard is the judge', async () => {
    const world = await stage()
    const authority = scriptedAuthority({
      grant: () => ({
        granted: { kind: 'details', details: [{ ...asked[0], account: 'filled in' }] },
      }),
    })
    world.api.script('/v1/x', (request) =>
      request.headers.get('authorization')?.includes('grant')
        ? new Response('in')
        : challenge(asked),
    )
    const response = await world
      .jit({ authority })
      .runTask({}, (task) => task.fetch(`${world.api.url}/v1/x`))
    expect(response.status).toBe(200)
  })

  it('ask:granted-compared-when-stated — not stated: the grant serves equal questions, never by covering', async () => {
    const world = await stage()
    const authority = scriptedAuthority()
    const wide = [{ type: 'file_access', actions: ['read', 'write'], identifier: 'd1' }] as const
    for (const [path, need] of [
      ['/v1/wide', wide],
      ['/v1/narrow', reading('d1')],
      ['/v1/equal', [{ identifier: 'd1', actions: ['write', 'read'], type: 'file_access' }]],
    ] as const)
      world.api.script(path, (request) =>
        request.headers.get('authorization')?.includes('grant')
          ? new Response('in')
          : challenge(need),
      )
    await world.jit({ authority }).runTask({}, async (task) => {
      for (const path of ['/v1/wide', '/v1/narrow', '/v1/equal'])
        expect((await task.fetch(`${world.api.url}${path}`)).status).toBe(200)
    })
    expect(authority.requests).toHaveLength(2)
  })

  it('ask:granted-compared-when-stated — stated and covering: one grant serves the narrower question too', async () => {
    const world = await stage()
    const wide = [{ type: 'file_access', actions: ['read', 'write'], identifier: 'd1' }] as const
    world.api.script('/v1/wide', (request) =>
      world.claims(request)?.jit === true ? new Response('in') : challenge(wide),
    )
    await world.jit().runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/wide`)
      expect((await task.fetch(`${world.api.url}/v1/documents/d1`)).status).toBe(200)
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('ask:granted-compared-when-stated — narrowed by the approver: not sent, GRANT_NARROWED with what was granted, kept for the task', async () => {
    const world = await stage()
    const wide = [{ type: 'user_data', actions: ['read', 'export'], identifier: 'u1' }] as const
    const narrow = [{ type: 'user_data', actions: ['read'], identifier: 'u1' }] as const
    const door = (need: readonly [object]) => (request: Request) => {
      const granted = JSON.stringify(world.claims(request)?.authorization_details ?? null)
      return granted.includes('user_data') ? Response.json({ granted }) : challenge(need as never)
    }
    world.api.script('/v1/wide', door(wide))
    world.api.script('/v1/narrow', door(narrow))
    await world.jit().runTask({}, async (task) => {
      const failing = faultOf(task.fetch(`${world.api.url}/v1/wide`))
      const [question] = await world.human.waitForPending(1)
      await world.human.approve(question?.requestId ?? '', { details: narrow })
      const error = await failing
      expect(error.code).toBe('GRANT_NARROWED')
      expect(error.refusal).toMatchObject({
        retryable: true,
        granted: { kind: 'details', details: narrow },
      })
      expect(world.api.seen().map((each) => each.credential)).toEqual(['base'])
      expect((await task.fetch(`${world.api.url}/v1/narrow`)).status).toBe(200)
    })
    expect(world.counts().requests).toBe(1)
  })
})
