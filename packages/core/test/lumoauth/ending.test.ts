import { type Grant, Secret } from '@lumojit/protocol'
import { describe, expect, it } from 'vitest'
import { failure, permission, ref, resource, type Seen, scripted, task } from './scripted.ts'

const COMPLETE = 'POST /jit/task/task_1/complete'
const REVOKE = 'POST /oauth/revoke'
const END = Date.parse('2026-01-30T14:05:00Z')
const grant = (token: string, requestId = `jit_${token}`): Grant => ({
  ref: { ...ref, requestId },
  resource,
  token: new Secret(token),
  scheme: 'Bearer',
  asked: permission.permission,
  expiresAt: END,
})
const revokes = (seen: readonly Seen[]) =>
  seen.filter(({ path }) => path === '/oauth/revoke').map(({ form }) => form.token)

describe('completeTask', () => {
  it('end:revokes-all — one call ends the task and its grants', async () => {
    const { authority, seen } = scripted({ [COMPLETE]: { body: { status: 'completed' } } })
    const report = await authority.completeTask(task, [grant('a'), grant('b')])
    expect(report).toEqual({ taskId: 'task_1', revoked: 2, unrevoked: [] })
    expect(revokes(seen)).toEqual([])
  })

  it.each([
    { status: 400, body: { error: 'task_not_active' } },
    { status: 409, body: { message: 'Task already completed' } },
    { status: 404, body: { error: 'task_not_found' } },
  ])('end:idempotent — an end after the end (%j) is no failure', async (reply) => {
    const { authority } = scripted({ [COMPLETE]: reply })
    expect(await authority.completeTask(task, [])).toMatchObject({ unrevoked: [] })
    expect(await authority.completeTask(task, [grant('a')])).toMatchObject({ revoked: 1 })
  })

  it('end:revokes-all — an unknown task may be a wrong address, so each token is revoked as well', async () => {
    const { authority, seen } = scripted({ [COMPLETE]: { status: 404 } })
    await authority.completeTask(task, [grant('a')])
    expect(revokes(seen)).toEqual(['a'])
  })

  it.each([
    { status: 500 },
    { status: 401, body: { error: 'token already expired' } },
    { status: 200, body: '<html>' },
    new TypeError('fetch failed'),
  ])('end:revokes-all — %j: every grant is revoked by itself', async (reply) => {
    const { authority, seen } = scripted({ [COMPLETE]: reply })
    const report = await authority.completeTask(task, [grant('a'), grant('b')])
    expect(report).toEqual({ taskId: 'task_1', revoked: 2, unrevoked: [] })
    expect(revokes(seen)).toEqual(['a', 'b'])
    expect(seen.at(-1)?.form).toMatchObject({ token_type_hint: 'access_token', client_id: 'agt_1' })
  })

  it('end:reports-what-it-could-not-revoke — by request, with its last moment', async () => {
    const { authority, calls, clock } = scripted({
      [COMPLETE]: { status: 500 },
      [REVOKE]: ({ form }) => (form.token === 'a' ? { body: {} } : { status: 503 }),
    })
    const report = await authority.completeTask(task, [grant('a'), grant('b')])
    expect(report).toEqual({
      taskId: 'task_1',
      revoked: 1,
      unrevoked: [{ requestId: 'jit_b', expiresAt: END }],
    })
    expect(calls('/jit/task/task_1/complete')).toHaveLength(2)
    clock.time = END
    expect(await authority.completeTask(task, [grant('b')])).toHaveProperty('unrevoked', [])
  })

  it('rejects only when there is nothing to report', async () => {
    const { authority } = scripted({ [COMPLETE]: { status: 500 } })
    expect(await failure(authority.completeTask(task, []))).toMatchObject({ kind: 'unreachable' })
  })

  it('end:revokes-all — the delegated tokens of the task end with it, and no others follow', async () => {
    const { authority, seen } = scripted({
      'POST /jit/task': { body: { task_id: 'task_1' } },
      [COMPLETE]: async () => {
        for (const url of [resource.url, 'https://second.example']) {
          late.push(await authority.baseToken(task, {}, { url }).catch((error: unknown) => error))
        }
        return { body: {} }
      },
    })
    const late: unknown[] = []
    const subjectToken = async () => 'alice'
    await authority.openTask({ subjectToken })
    const base = await authority.baseToken(task, { subjectToken }, resource)
    await authority.baseToken({ id: 'task_2' }, { subjectToken }, resource)
    const report = await authority.completeTask(task, [], { subjectToken })
    expect(report).toEqual({ taskId: 'task_1', revoked: 0, unrevoked: [] })
    expect(revokes(seen)).toEqual([base?.reveal(), 'delegated-own-2'])
    expect(late).toMatchObject([{ kind: 'rejected' }, { kind: 'rejected' }])
  })

  it('end:reports-what-it-could-not-revoke — base tokens too', async () => {
    const { authority } = scripted({ [COMPLETE]: { body: {} }, [REVOKE]: { status: 503 } })
    const subjectToken = async () => 'alice'
    await authority.baseToken(task, { subjectToken }, resource)
    const { unrevoked } = await authority.completeTask(task, [])
    expect(unrevoked.map(({ requestId }) => requestId)).toEqual(['base-token', 'base-token'])
  })
})

describe('close', () => {
  it('end:revokes-all — ends shared base tokens, and the authority token last', async () => {
    const { authority, seen } = scripted({ 'POST /jit/task': { body: { task_id: 'task_1' } } })
    await authority.openTask({})
    await authority.baseToken(task, {}, resource)
    await authority.baseToken(task, {}, resource, { fresh: true })
    await authority.close?.()
    expect(revokes(seen)).toEqual(['agent-base-2', 'agent-base-3', 'agent-own-1'])
    await authority.close?.()
    expect(revokes(seen)).toHaveLength(3)
  })

  it('end:idempotent — a token already dead is no failure, one out of reach is tried again', async () => {
    const { authority, seen } = scripted({
      [REVOKE]: [{ status: 503 }, { status: 503 }, { status: 400 }],
    })
    await authority.baseToken(task, {}, resource)
    expect(await failure(authority.close?.() ?? Promise.resolve())).toMatchObject({
      kind: 'unreachable',
    })
    await authority.close?.()
    expect(revokes(seen)).toHaveLength(3)
  })

  it('revoke says whether the authority did', async () => {
    const { authority } = scripted({
      [REVOKE]: [{ body: {} }, { status: 400, body: { error: 'unsupported_token_type' } }],
    })
    expect(await authority.revoke(grant('a'))).toBe(true)
    expect(await authority.revoke(grant('a'))).toBe(false)
  })
})
