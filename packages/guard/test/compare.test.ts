import { type Dialect, type Permission, readChallenge } from '@lumojit/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Requirement } from '../src/index.ts'
import { call, PretendAuthority, READ, refusal } from './pretend-authority.ts'

let authority: PretendAuthority
beforeEach(async () => {
  authority = await PretendAuthority.open()
})
afterEach(() => authority.close())

const WRITE = { ...READ, actions: ['write'] }
const BOTH = { ...READ, actions: ['read', 'write'] }
const LIMITED = { ...READ, limit: 5 }

describe('details', () => {
  it.each<[string, unknown, Requirement, 'in' | 403]>([
    ['equal', [READ], READ, 'in'],
    ['equal, required as a Permission', [READ], { kind: 'details', details: [READ] }, 'in'],
    ['broader actions', [BOTH], READ, 'in'],
    ['narrower actions', [READ], BOTH, 403],
    ['other actions', [WRITE], READ, 403],
    ['another case of an action', [{ ...READ, actions: ['Read'] }], READ, 403],
    ['another identifier', [{ ...READ, identifier: 'doc_1' }], READ, 403],
    ['no identifier, which is no wildcard', [{ type: READ.type, actions: ['read'] }], READ, 403],
    ['another type', [{ ...READ, type: 'file_access' }], READ, 403],
    ['a member nobody knows, not asked for', [LIMITED], READ, 403],
    ['a member nobody knows, with another value', [LIMITED], { ...READ, limit: 6 }, 403],
    ['a member nobody knows, equal', [LIMITED], LIMITED, 'in'],
    ['a foreign location', [{ ...READ, locations: ['https://other.example'] }], READ, 403],
    ['one of two that are needed', [READ], [READ, { type: 'payment' }], 403],
    ['both that are needed', [{ type: 'payment' }, READ], [READ, { type: 'payment' }], 'in'],
    ['two halves that do not add up', [READ, WRITE], BOTH, 403],
    ['none at all', undefined, READ, 403],
    ['an empty list', [], READ, 403],
  ])('granted: %s', async (_, granted, required, expected) => {
    const token = await authority.token({ authorization_details: granted })
    const answer = await authority.guard()(call(token), required)
    expect(answer instanceof Response ? answer.status : 'in').toBe(expected)
  })

  it('of any task will do, since the token says which', async () => {
    const token = await authority.token({ task_id: 'task_2', jti: 'jti_2' })
    expect(await authority.guard()(call(token), READ)).toHaveProperty('taskId', 'task_2')
  })

  it('are the token’s alone, whatever its actors hold', async () => {
    const token = await authority.token({
      authorization_details: [],
      act: { sub: 'agent:boss', authorization_details: [READ], act: { sub: 'admin' } },
    })
    expect((await refusal(authority.guard()(call(token), READ))).status).toBe(403)
  })

  it('may be read off the call, after the token was verified', async () => {
    const guard = authority.guard()
    const seen: string[] = []
    const required = async (request: Request) => {
      const { pathname } = new URL(request.url)
      seen.push(pathname)
      return { ...READ, identifier: pathname.split('/').at(-1) ?? '' }
    }
    expect((await refusal(guard(call('bad.token.here'), required))).status).toBe(401)
    expect(seen).toEqual([])
    expect(await guard(call(await authority.token()), required)).toHaveProperty('agentId')
    const other = call(await authority.token(), 'https://api.acme-corp.com/v1/documents/doc_1')
    expect((await refusal(guard(other, required))).status).toBe(403)
    expect(seen).toEqual(['/v1/documents/doc_9982', '/v1/documents/doc_1'])
  })

  it('that make no sense are a mistake of the program, never an open door', async () => {
    const guard = authority.guard()
    const token = await authority.token()
    const mistake = { code: 'REQUIRED_INVALID', fix: expect.any(String) }
    const nonsense: unknown[] = [null, {}, [{}], { type: '' }, 'read', { kind: 'details' }, [null]]
    for (const value of nonsense) {
      await expect(guard(call(token), value as Requirement)).rejects.toMatchObject(mistake)
    }
    const table: Record<string, Requirement> = {}
    const lookUp = () => table['GET /missing'] as Requirement
    await expect(guard(call(token), lookUp)).rejects.toMatchObject(mistake)
    const failing = () => Promise.reject(new Error('database'))
    await expect(guard(call(token), failing)).rejects.toThrow('database')
  })
})

describe('scope', () => {
  const need: Permission = { kind: 'scope', scope: ['docs:read', 'docs:list'] }

  it('must hold every name that is required', async () => {
    const guard = authority.guard({ dialect: 'scope' })
    const enter = async (scope?: string) => guard(call(await authority.token({ scope })), need)
    expect(await enter('docs:list other docs:read')).toHaveProperty('scope')
    for (const scope of [undefined, '', 'docs:read', 'docs:read docs:lis', 'docs:readdocs:list']) {
      expect((await refusal(enter(scope))).status).toBe(403)
    }
  })

  it('is said in its own dialect by every guard, and cannot say details', async () => {
    const token = await authority.token()
    const refused = await refusal(authority.guard({ dialect: 'rar-401' })(call(token), need))
    expect(refused.error).toBe('insufficient_scope')
    const guard = authority.guard({ dialect: 'scope' })
    const mistake = { code: 'REQUIRED_INVALID' }
    await expect(guard(call(token), READ)).rejects.toMatchObject(mistake)
    const bad: Permission = { kind: 'scope', scope: ['a b'] }
    await expect(guard(call(token), bad)).rejects.toMatchObject(mistake)
  })
})

describe('the challenge', () => {
  const one: Permission = { kind: 'details', details: [BOTH] }
  const several: Permission = { kind: 'details', details: [BOTH, { type: 'payment', limit: 'ü' }] }
  const scope: Permission = { kind: 'scope', scope: ['docs:read', 'docs:list'] }
  const resourceMetadata = 'https://api.acme-corp.com/.well-known/oauth-protected-resource'

  it.each<[Dialect, string, 401 | 403, Permission]>([
    ['lumoauth', 'one detail', 403, one],
    ['lumoauth', 'several', 403, several],
    ['rar-403', 'several', 403, several],
    ['rar-401', 'several', 401, several],
    ['scope', 'scope', 403, scope],
  ])(
    'dialect:%s — %s, read back by the reader of the engine',
    async (dialect, _, status, permission) => {
      const guard = authority.guard({ dialect, resourceMetadata })
      const token = await authority.token({ scope: 'docs:list' })
      const refused = await refusal(guard(call(token), permission))
      expect(refused.status).toBe(status)
      expect(readChallenge(refused, refused.text)).toEqual({
        kind: 'challenge',
        challenge: { dialect, permission, resourceMetadata },
      })
      expect(refused.headers.get('cache-control')).toBe('no-store')
      expect(refused.headers.get('content-type')).toBe('application/json')
      expect(refused.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
      expect(refused.text).toContain('does not cover')
    },
  )
})
