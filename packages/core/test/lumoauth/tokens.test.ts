import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { failure, permission, ref, resource, scripted, task, withResolvers } from './scripted.ts'

const opened = { 'POST /jit/task': { status: 201, body: { task_id: 'task_1' } } }

describe("the agent's own tokens", () => {
  it('is the golden trace: a form with the secret, no Authorization header, then Bearer', async () => {
    const { authority, seen } = scripted(opened)
    await authority.openTask({ name: 'Q4 report', type: 'analysis' })
    expect(seen[0]?.form).toEqual({
      grant_type: 'client_credentials',
      client_id: 'agt_1',
      client_secret: 'client-secret-canary',
    })
    expect(seen[0]?.bearer).toBeUndefined()
    expect(seen[1]?.bearer).toBe('agent-own-1')
    expect(seen[1]?.json).toEqual({ name: 'Q4 report', type: 'analysis' })
    expect(seen.map(({ redirect }) => redirect)).toEqual(['manual', 'manual'])
  })

  it('asks once for parallel callers, and again 60 s before the end', async () => {
    const { authority, calls, clock } = scripted(opened)
    await Promise.all([1, 2, 3].map(() => authority.openTask({})))
    clock.time += 3_539_000
    await authority.openTask({})
    expect(calls('/oauth/token')).toHaveLength(1)
    clock.time += 2_000
    await authority.openTask({})
    expect(calls('/oauth/token')).toHaveLength(2)
  })

  it('refreshes a short-lived token at 80 % of its life', async () => {
    const short = { body: { access_token: 'short', token_type: 'bearer', expires_in: 100 } }
    const { authority, calls, clock } = scripted({ ...opened, 'POST /oauth/token': short })
    await authority.openTask({})
    clock.time += 79_000
    await authority.openTask({})
    expect(calls('/oauth/token')).toHaveLength(1)
    clock.time += 2_000
    await authority.openTask({})
    expect(calls('/oauth/token')).toHaveLength(2)
  })

  it('takes one fresh token after a 401, repeats once, and then gives up', async () => {
    const refusing = { 'POST /jit/task': [{ status: 401 }, { status: 201, body: { task_id: 7 } }] }
    const lucky = scripted(refusing)
    expect(await lucky.authority.openTask({})).toEqual({ id: '7' })
    expect(lucky.calls('/jit/task').map(({ bearer }) => bearer)).toEqual([
      'agent-own-1',
      'agent-own-2',
    ])
    const { authority, calls } = scripted({ 'POST /jit/task': { status: 401 } })
    expect(await failure(authority.openTask({}))).toMatchObject({ kind: 'rejected', status: 401 })
    expect(calls('/jit/task')).toHaveLength(2)
  })

  it('parallel calls that meet the same dead token share its successor', async () => {
    const { authority, calls } = scripted({
      'POST /jit/task': ({ bearer }) =>
        bearer === 'agent-own-1' ? { status: 401 } : { status: 201, body: { task_id: 'task_1' } },
    })
    await Promise.all([1, 2, 3, 4].map(() => authority.openTask({})))
    expect(calls('/oauth/token')).toHaveLength(2)
  })

  it('one caller going away leaves the others their token', async () => {
    const gate = withResolvers<void>()
    const { authority, calls } = scripted({
      ...opened,
      'POST /oauth/token': async () => {
        await gate.promise
        return { body: { access_token: 'AT', token_type: 'Bearer' } }
      },
    })
    const leaver = new AbortController()
    const gone = failure(authority.openTask({}, { signal: leaver.signal }))
    const stays = authority.openTask({})
    leaver.abort(new Error('left'))
    expect(await gone).toMatchObject({ message: 'left' })
    gate.resolve()
    expect(await stays).toEqual({ id: 'task_1' })
    expect(calls('/oauth/token')).toHaveLength(1)
  })
})

describe('what a resource sees before any grant', () => {
  it('base:resource-token — is made for that resource alone, and is never the authority token', async () => {
    const { authority, seen } = scripted(opened)
    const api = { ...resource, audience: 'urn:api' }
    const token = await authority.baseToken(task, {}, api)
    expect(seen[0]?.form).toMatchObject({ grant_type: 'client_credentials', resource: 'urn:api' })
    expect(token?.reveal()).toBe('agent-base-1')
    await authority.openTask({})
    expect(seen.at(-1)?.bearer).toBe('agent-own-2')
    expect((await authority.baseToken(task, {}, resource))?.reveal()).toBe('agent-base-3')
    expect(seen.at(-1)?.form.resource).toBe(resource.url)
  })

  it('base:resource-token — is shared by tasks without a user, one request at a time', async () => {
    const { authority, calls } = scripted()
    const tasks = ['task_1', 'task_2', 'task_3']
    const tokens = await Promise.all(tasks.map((id) => authority.baseToken({ id }, {}, resource)))
    expect(new Set(tokens.map((token) => token?.reveal()))).toEqual(new Set(['agent-base-1']))
    expect(calls('/oauth/token')).toHaveLength(1)
  })

  it('gives the authority token only where `shared` says so, and nothing for `none`', async () => {
    const { authority, calls } = scripted()
    const none = await authority.baseToken(task, {}, { ...resource, baseToken: 'none' })
    expect(none).toBeUndefined()
    expect(calls('/oauth/token')).toHaveLength(0)
    const shared = await authority.baseToken(task, {}, { ...resource, baseToken: 'shared' })
    expect(shared?.reveal()).toBe('agent-own-1')
  })

  it('`fresh` gets another each time, but all who held the dead one share', async () => {
    const { authority, calls } = scripted()
    const take = (fresh: boolean) => authority.baseToken(task, {}, resource, { fresh })
    await Promise.all([take(false), take(false), take(false)])
    const [first, second] = await Promise.all([take(true), take(true)])
    const late = await take(true)
    expect(second).toBe(first)
    expect(late).toBe(first)
    expect(calls('/oauth/token')).toHaveLength(2)
    expect(await take(true)).not.toBe(first)
    expect(calls('/oauth/token')).toHaveLength(3)
  })
})

describe('acting for a user', () => {
  const subjectToken = () => vi.fn(async () => 'alice-token-canary')

  it('base:never-wider-than-subject — every token of the task comes from the exchange', async () => {
    const provider = subjectToken()
    const { authority, seen, calls } = scripted({
      ...opened,
      'POST /jit/request': { status: 201, body: { request_id: 'jit_1', status: 'approved' } },
      'GET /jit/request/jit_1/status': { body: { status: 'approved' } },
      'POST /jit/request/jit_1/token': { body: { access_token: 'JIT', token_type: 'Bearer' } },
      'POST /jit/task/task_1/complete': { body: {} },
    })
    const io = { subjectToken: provider }
    const record = await authority.openTask({ subjectToken: provider })
    const base = await authority.baseToken(record, { subjectToken: provider }, resource)
    const shared = { ...resource, baseToken: 'shared' } as const
    const wide = await authority.baseToken(record, { subjectToken: provider }, shared)
    await authority.request(record, permission, io)
    await authority.status(ref, io)
    const grant = await authority.redeem(ref, permission, io)
    await authority.completeTask(record, 'token' in grant ? [grant] : [], io)
    expect(base?.reveal()).toMatch(/^delegated-base-/)
    expect(wide?.reveal()).toMatch(/^delegated-own-/)
    const bearers = seen.filter(({ path }) => path.startsWith('/jit/')).map(({ bearer }) => bearer)
    expect(bearers).toHaveLength(5)
    for (const bearer of bearers) expect(bearer).toBe('delegated-own-2')
    const type = 'urn:ietf:params:oauth:token-type:access_token'
    expect(calls('/oauth/token').map(({ form }) => form)[1]).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'alice-token-canary',
      subject_token_type: type,
      actor_token: 'agent-own-1',
      actor_token_type: type,
      client_id: 'agt_1',
      client_secret: 'client-secret-canary',
    })
    expect(calls('/oauth/token')[2]?.form.resource).toBe(resource.url)
  })

  it("base:never-wider-than-subject — no exchange, no call: never the agent's own token instead", async () => {
    const { authority, seen } = scripted({
      ...opened,
      'POST /oauth/token': ({ form }) =>
        form.grant_type === 'client_credentials'
          ? { body: { access_token: 'AT', token_type: 'Bearer' } }
          : { status: 400, body: { error: 'invalid_grant' } },
    })
    const io = { subjectToken: subjectToken() }
    for (const work of [
      authority.openTask({ ...io }),
      authority.baseToken(task, io, resource),
      authority.request(task, permission, io),
      authority.status(ref, io),
      authority.redeem(ref, permission, io),
    ]) {
      expect(await failure(work)).toMatchObject({ kind: 'rejected', status: 400 })
    }
    expect(seen.filter(({ path }) => path.startsWith('/jit/'))).toEqual([])
  })

  it('base:never-wider-than-subject — a call that leaves the user out still acts for them', async () => {
    const { authority, seen } = scripted({
      ...opened,
      'GET /jit/request/jit_1/status': { body: { status: 'pending' } },
    })
    await authority.openTask({ subjectToken: subjectToken() })
    await authority.status(ref)
    expect(seen.at(-1)?.bearer).toMatch(/^delegated-own-/)
  })

  it('caches per task, so that no user rides on the token of another', async () => {
    const { authority, calls } = scripted()
    const alice = subjectToken()
    const bob = vi.fn(async () => 'bob-token')
    const one = await authority.baseToken({ id: 'a' }, { subjectToken: alice }, resource)
    const again = await authority.baseToken({ id: 'a' }, { subjectToken: alice }, resource)
    const two = await authority.baseToken({ id: 'b' }, { subjectToken: bob }, resource)
    expect(again).toBe(one)
    expect(two).not.toBe(one)
    expect(alice).toHaveBeenCalledTimes(1)
    expect(calls('/oauth/token').at(-1)?.form.subject_token).toBe('bob-token')
  })

  it('refreshes the actor once when the exchange answers 401', async () => {
    const { authority, calls } = scripted({
      'POST /oauth/token': ({ form }) => {
        if (form.grant_type === 'client_credentials') {
          const nth = calls('/oauth/token').length
          return { body: { access_token: `AT-${nth}`, token_type: 'Bearer' } }
        }
        if (form.actor_token === 'AT-1') return { status: 401, body: { error: 'invalid_token' } }
        return { body: { access_token: 'D', token_type: 'Bearer' } }
      },
    })
    const token = await authority.baseToken(task, { subjectToken: subjectToken() }, resource)
    expect(token?.reveal()).toBe('D')
  })

  it.each([
    ['throws', () => Promise.reject(new TypeError('alice-token-canary in a message'))],
    ['gives nothing', async () => ''],
  ])('a provider that %s is a refusal that quotes nothing', async (_, provider) => {
    const { authority } = scripted()
    const error = await failure(authority.baseToken(task, { subjectToken: provider }, resource))
    expect(error).toMatchObject({ kind: 'rejected' })
    expect(inspect(error, { depth: null })).not.toContain('canary')
  })

  it('gives back the delegated token of a task that could not be opened', async () => {
    const revoked = withResolvers<string>()
    const { authority } = scripted({
      'POST /jit/task': { status: 403, body: { error: 'delegation_not_allowed' } },
      'POST /oauth/revoke': ({ form }) => {
        revoked.resolve(String(form.token))
        return { body: {} }
      },
    })
    const error = await failure(authority.openTask({ subjectToken: subjectToken() }))
    expect(error).toMatchObject({ kind: 'rejected', status: 403 })
    expect(await revoked.promise).toMatch(/^delegated-own-/)
  })
})
