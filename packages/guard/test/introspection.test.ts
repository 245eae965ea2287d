import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Guard, GuardOptions } from '../src/index.ts'
import { AUDIENCE, call, ISSUER, PretendAuthority, READ, refusal } from './pretend-authority.ts'

const introspection = { clientId: AUDIENCE, clientSecret: 'a secret: of / the API' }
const OPAQUE = 'an-opaque-token_of.the-authority'

let authority: PretendAuthority
beforeEach(async () => {
  authority = await PretendAuthority.open()
})
afterEach(() => authority.close())

const open = (options: Partial<GuardOptions> = {}): Guard =>
  authority.guard({ introspection, ...options })

/** What the authority says of an opaque token; `undefined` leaves a member out. */
const said = (members: Record<string, unknown> = {}) => ({
  active: true,
  token_type: 'Bearer',
  client_id: 'agt_research-bot',
  iss: ISSUER,
  aud: AUDIENCE,
  exp: authority.clock.seconds + 300,
  task_id: 'task_1',
  jit: true,
  authorization_details: [READ],
  ...members,
})
const says = (members?: Record<string, unknown>) => {
  authority.introspect = () => said(members)
}

async function statusOf(guard: Guard, token = OPAQUE): Promise<number | 'in'> {
  const outcome = await guard(call(token), READ)
  return outcome instanceof Response ? outcome.status : 'in'
}

describe('asking', () => {
  it('is a form with the credentials of the API, encoded as RFC 6749 has it', async () => {
    says()
    await open()(call(OPAQUE))
    const [question] = authority.questions
    expect(question?.form.get('token')).toBe(OPAQUE)
    const basic = atob(question?.headers.get('authorization')?.replace('Basic ', '') ?? '')
    expect(basic.split(':').map(decodeURIComponent)).toEqual(Object.values(introspection))
  })

  it('gives what the authority says of the token', async () => {
    says()
    expect(await open()(call(OPAQUE), READ)).toEqual({
      details: [READ],
      scope: [],
      agentId: 'agt_research-bot',
      taskId: 'task_1',
      expiresAt: (authority.clock.seconds + 300) * 1000,
    })
  })

  it('uses neither keys nor the feed for an opaque token', async () => {
    says()
    expect(await statusOf(open())).toBe('in')
    expect(authority.requests).toEqual(['oauth-authorization-server', 'introspect'])
  })

  it('goes where it is told when the metadata is not to be used', async () => {
    says()
    const endpoint = `${ISSUER}/oauth/introspect`
    expect(await statusOf(open({ introspection: { ...introspection, endpoint } }))).toBe('in')
    expect(authority.requests).toEqual(['introspect'])
  })
})

describe('an answer', () => {
  it('guard:introspection — a yes is not asked for again within a second, and is after it', async () => {
    says()
    const guard = open()
    expect(await statusOf(guard)).toBe('in')
    await authority.clock.advance(999)
    authority.introspect = () => ({ active: false })
    expect(await statusOf(guard)).toBe('in')
    expect(authority.questions).toHaveLength(1)
    await authority.clock.advance(1)
    expect(await statusOf(guard)).toBe(401)
  })

  it('guard:introspection — the second counts from the question, not from a slow answer', async () => {
    let answer = (_: unknown) => {}
    authority.introspect = () =>
      new Promise((resolve) => {
        answer = resolve
      })
    const guard = open()
    const early = statusOf(guard)
    await vi.waitFor(() => expect(authority.questions).toHaveLength(1))
    await authority.clock.advance(900)
    answer(said())
    expect(await early).toBe('in')
    authority.introspect = () => ({ active: false })
    await authority.clock.advance(200)
    expect(await statusOf(guard)).toBe(401)
  })

  it('guard:introspection — callers with one token share a question, other tokens have their own', async () => {
    says()
    const guard = open()
    const all = await Promise.all([...Array(20)].map(() => statusOf(guard)))
    expect(new Set(all)).toEqual(new Set(['in']))
    expect(authority.questions).toHaveLength(1)
    await statusOf(guard, 'another')
    expect(authority.questions).toHaveLength(2)
  })

  it('guard:introspection — a no is not remembered', async () => {
    const guard = open()
    expect(await statusOf(guard)).toBe(401)
    says()
    expect(await statusOf(guard)).toBe('in')
  })
})

describe('an opaque token is refused when the authority says', () => {
  it.each<[string, () => Record<string, unknown>]>([
    ['that it is for another API', () => ({ aud: 'https://other.example' })],
    ['not for whom it is', () => ({ aud: undefined })],
    ['that it is a refresh token', () => ({ token_type: 'refresh_token' })],
    ['not what it is', () => ({ token_type: undefined })],
    ['that it is bound to a key', () => ({ cnf: { jkt: 'x' } })],
    ['that another issued it', () => ({ iss: 'https://other.example' })],
    ['that it has expired', () => ({ exp: authority.clock.seconds - 6 })],
    ['not when it expires', () => ({ exp: undefined })],
    ['that it is for later', () => ({ nbf: authority.clock.seconds + 6 })],
    ['not whose it is', () => ({ client_id: null })],
    ['details that cannot be read', () => ({ authorization_details: 'all' })],
  ])('guard:introspection — %s', async (_, members) => {
    says(members())
    const refused = await refusal(open()(call(OPAQUE), READ))
    expect(refused).toMatchObject({ status: 401, error: 'invalid_token' })
  })

  it('among several audiences ours is enough, and none is needed where it is unchecked', async () => {
    says({ aud: ['https://other.example', AUDIENCE] })
    expect(await statusOf(open())).toBe('in')
    says({ aud: undefined })
    expect(await statusOf(open({ audience: 'unchecked' }))).toBe('in')
  })
})

describe('a JWT', () => {
  it('guard:introspection — that is forged never reaches the authority', async () => {
    says()
    const guard = open()
    const forged = `${(await authority.token()).slice(0, -8)}AAAAAAAA`
    expect(await statusOf(guard, forged)).toBe(401)
    expect(await statusOf(guard, await authority.token({ aud: 'https://other.example' }))).toBe(401)
    expect(authority.questions).toHaveLength(0)
  })

  it('guard:introspection — that is honest is still refused when it is no longer active', async () => {
    expect(await statusOf(open(), await authority.token())).toBe(401)
    expect(authority.questions).toHaveLength(1)
  })

  it('keeps its own claims where the answer is silent, as LumoAuth leaves it', async () => {
    authority.introspect = () => ({ active: true })
    expect(await open()(call(await authority.token()), READ)).toHaveProperty('taskId', 'task_1')
  })

  it('may leave its details to the answer, and is not widened by it otherwise', async () => {
    says()
    const bare = await authority.token({ authorization_details: undefined })
    expect(await statusOf(open(), bare)).toBe('in')
    const other = await authority.token({
      authorization_details: [{ ...READ, identifier: 'doc_1' }],
    })
    expect(await statusOf(open(), other)).toBe(403)
  })

  it('is refused when the answer contradicts it', async () => {
    says({ aud: 'https://other.example' })
    expect(await statusOf(open(), await authority.token())).toBe(401)
    says({ token_type: 'refresh_token' })
    expect(await statusOf(open(), await authority.token({ jti: 'jti_2' }))).toBe(401)
  })
})

describe('closed', () => {
  it.each<[number, string]>([
    [0, 'INTROSPECTION_UNREACHABLE'],
    [500, 'INTROSPECTION_UNREACHABLE'],
    [429, 'INTROSPECTION_UNREACHABLE'],
    [401, 'INTROSPECTION_REFUSED'],
  ])('guard:introspection — when the endpoint answers %s', async (status, code) => {
    says()
    authority.down.set('introspect', status)
    const guard = open()
    expect(await statusOf(guard)).toBe(503)
    expect(authority.faults.at(-1)).toMatchObject({ code })
    await expect(guard.ready()).rejects.toMatchObject({ code })
    authority.down.clear()
    expect(await statusOf(guard)).toBe('in')
  })

  it.each([[[]], [null], ['yes'], [{ active: 'true' }]])(
    'guard:introspection — when it answers %j',
    async (answer) => {
      authority.introspect = () => answer
      expect(await statusOf(open())).toBe(503)
      expect(authority.faults.at(-1)).toMatchObject({ code: 'INTROSPECTION_UNREADABLE' })
    },
  )

  it('guard:introspection — to a yes that is a second old when the authority is gone', async () => {
    says()
    const guard = open()
    expect(await statusOf(guard)).toBe('in')
    authority.down.set('introspect', 0)
    expect(await statusOf(guard)).toBe('in')
    await authority.clock.advance(1_000)
    expect(await statusOf(guard)).toBe(503)
  })

  it('when the metadata offers none', async () => {
    authority.metadata = { ...authority.metadata, introspection_endpoint: undefined }
    expect(await statusOf(open())).toBe(503)
    expect(authority.faults.at(-1)).toMatchObject({ code: 'INTROSPECTION_NOT_OFFERED' })
  })

  it('to options that cannot mean anything', () => {
    for (const half of [{ clientId: '' }, { clientSecret: undefined as never }]) {
      const broken = { ...introspection, ...half }
      expect(() => open({ introspection: broken })).toThrow('clientId or clientSecret')
    }
    expect(() => open({ revocation: 'feed' })).toThrow('both set')
    const endpoint = 'http://authority.example/introspect'
    expect(() => open({ introspection: { ...introspection, endpoint } })).toThrow('https')
  })
})
