import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { type AuthorityOptions, type Policy, riskTable } from '../src/index.ts'
import { AGENT, API, openWorld, PAYMENT, READING, type World } from './world.ts'

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token'

const bob = { id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'] }
const options: Partial<AuthorityOptions> = {
  agents: [
    { id: 'agt_1', secret: 's', scope: 'read:documents write:documents' },
    { id: 'agt_2', secret: 'other secret', scope: 'read:documents' },
    { id: 'agt_3', secret: 'third' },
    { id: 'agt_4', secret: 'fourth' },
    { id: 'agt_no', secret: 'no', actsForUsers: false },
  ],
  users: [bob, { id: 'u_alice', email: 'alice@acme-corp.com', scope: 'read:documents calendar' }],
}

const aliceToken = async (w: World) => {
  const asked = { userId: 'u_alice', purpose: 'delegate' } as const
  return (await w.authority.operations.issueUserToken(asked)).accessToken
}
const agentToken = async (w: World, agentId: string) =>
  (await w.authority.operations.issueAgentToken({ agentId })).accessToken

const exchange = (w: World, subject: string, actor: string, more: Record<string, string> = {}) =>
  w.form('/oauth/token', {
    grant_type: EXCHANGE,
    subject_token: subject,
    subject_token_type: ACCESS,
    actor_token: actor,
    actor_token_type: ACCESS,
    ...more,
  })

describe('token exchange (RFC 8693)', () => {
  it('authority:delegation — answers as the contract says, with act, and never wider than user and agent', async () => {
    const w = await openWorld(options)
    const answer = await exchange(w, await aliceToken(w), w.agent)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      issued_token_type: ACCESS,
      scope: 'read:documents',
    })
    expect(decodeJwt(answer.body.access_token)).toMatchObject({
      sub: 'u_alice',
      act: { sub: 'agent:1' },
      agent_id: 'agt_1',
      aud: w.authority.issuer,
    })
    const wide = await exchange(w, await aliceToken(w), w.agent, { scope: 'write:documents' })
    expect([wide.status, wide.body.error]).toEqual([400, 'invalid_scope'])
  })

  it('takes the agent by its credentials as well, and not another’s token beside them', async () => {
    const w = await openWorld(options)
    const members = { grant_type: EXCHANGE, subject_token_type: ACCESS, ...AGENT }
    const subject_token = await aliceToken(w)
    expect((await w.form('/oauth/token', { ...members, subject_token })).status).toBe(200)
    const mixed = await exchange(w, subject_token, await agentToken(w, 'agt_2'), AGENT)
    expect([mixed.status, mixed.body.error]).toEqual([400, 'invalid_grant'])
  })

  it('authority:delegation — nests three deep, the outermost acts, the fourth is refused', async () => {
    const w = await openWorld(options)
    let token = await aliceToken(w)
    for (const id of ['agt_1', 'agt_2', 'agt_3'])
      token = (await exchange(w, token, await agentToken(w, id))).body.access_token
    expect(decodeJwt(token).act).toEqual({
      sub: 'agent:3',
      act: { sub: 'agent:2', act: { sub: 'agent:1' } },
    })
    const deep = await exchange(w, token, await agentToken(w, 'agt_4'))
    expect([deep.status, deep.body.error, deep.body.max_depth]).toEqual([
      403,
      'delegation_depth_exceeded',
      3,
    ])
    const again = await exchange(w, token, await agentToken(w, 'agt_3'))
    expect(again.status).toBe(200)
  })

  it('authority:delegation — refuses what is no living token of a user, and one that could approve', async () => {
    const w = await openWorld(options)
    const alice = await aliceToken(w)
    const error = async (subject: string, actor = w.agent, more = {}) => {
      const { status, body } = await exchange(w, subject, actor, more)
      return `${status} ${body.error}`
    }
    expect(await error('nonsense')).toBe('400 invalid_grant')
    expect(await error(w.agent)).toBe('400 invalid_grant')
    expect(await error(w.approver)).toBe('400 invalid_grant')
    expect(await error(w.bystander)).toBe('200 undefined')
    expect(await error(alice, 'nonsense')).toBe('400 invalid_grant')
    expect(await error(alice, alice)).toBe('400 invalid_grant')
    expect(await error(alice, await agentToken(w, 'agt_no'))).toBe('403 delegation_not_allowed')
    expect(await error(alice, w.agent, { subject_token_type: 'urn:x:saml2' })).toBe(
      '400 unsupported_token_type',
    )
    expect(await error(alice, w.agent, { resource: w.authority.issuer })).toBe('400 invalid_target')
    const nobody = { grant_type: EXCHANGE, subject_token: alice, subject_token_type: ACCESS }
    expect((await w.form('/oauth/token', nobody)).body.error).toBe('invalid_request')
    await w.authority.operations.endUserToken({ token: alice })
    expect(await error(alice)).toBe('400 invalid_grant')
  })

  it('a token for delegation decides nothing and opens nothing by itself', async () => {
    const w = await openWorld(options)
    const bobs = await w.authority.operations.issueUserToken({
      userId: 'u_bob',
      purpose: 'delegate',
    })
    expect((await w.call('GET', '/jit/pending', bobs.accessToken)).status).toBe(401)
    expect((await w.call('POST', '/jit/task', bobs.accessToken, {})).status).toBe(401)
  })

  it('for a resource it is refused here, and lives no longer than the user’s token', async () => {
    const w = await openWorld(options)
    const short = { userId: 'u_alice', purpose: 'delegate', ttlSeconds: 60 } as const
    const alice = (await w.authority.operations.issueUserToken(short)).accessToken
    const { body } = await exchange(w, alice, w.agent, { resource: API })
    expect(body.expires_in).toBe(60)
    expect(decodeJwt(body.access_token).aud).toBe(API)
    expect((await w.call('POST', '/jit/task', body.access_token, {})).status).toBe(401)
  })
})

describe('a task within a user’s rights', () => {
  const open = async () => {
    const w = await openWorld(options)
    const alice = await aliceToken(w)
    const token = (await exchange(w, alice, w.agent)).body.access_token as string
    const task = (await w.call('POST', '/jit/task', token, {})).body
    return { w, alice, token, task }
  }

  it('is labelled with its user, and with nobody else', async () => {
    const { w, token, task } = await open()
    expect(task.on_behalf_of).toBe('alice@acme-corp.com')
    const other = { on_behalf_of: 'bob@acme-corp.com' }
    expect((await w.call('POST', '/jit/task', token, other)).status).toBe(400)
  })

  it('authority:delegation — is asked for and redeemed by exchanged tokens of that user alone', async () => {
    const { w, token, task } = await open()
    const body = { task_id: task.task_id, authorization_details: READING }
    const plain = await w.call('POST', '/jit/request', w.agent, body)
    expect([plain.status, plain.body.error]).toEqual([403, 'delegation_not_allowed'])
    const asked = await w.call('POST', '/jit/request', token, body)
    expect(asked.status).toBe(201)
    const to = `/jit/request/${asked.body.request_id}/token`
    expect((await w.call('POST', to, w.agent)).status).toBe(403)
    const redeemed = await w.call('POST', to, token)
    expect(decodeJwt(redeemed.body.access_token)).toMatchObject({
      sub: 'u_alice',
      act: { sub: 'agent:1' },
      task_id: task.task_id,
      jit: true,
    })
    const own = await w.openTask()
    const mine = { task_id: own, authorization_details: PAYMENT }
    expect((await w.call('POST', '/jit/request', token, mine)).status).toBe(403)
    // To end a task needs no user: a process that has lost theirs must still be able to.
    expect((await w.call('POST', `/jit/task/${task.task_id}/complete`, w.agent)).status).toBe(200)
  })

  it('authority:delegation — rules see whose rights the agent acts by, and can hold it to them', async () => {
    const seen: unknown[] = []
    const table = riskTable()
    const rules: Policy = {
      judge(question) {
        seen.push(question.subject)
        const may = question.subject === undefined || question.subject.scope?.includes('calendar')
        return may ? table.judge(question) : { risk: 'low', decision: 'deny' }
      },
    }
    const status = async (scope: string | undefined) => {
      const alice = { id: 'u_alice', email: 'alice@acme-corp.com', rights: ['read'] }
      const users = [{ ...alice, ...(scope !== undefined && { scope }) }]
      const w = await openWorld({ ...options, users: [...users, bob], rules })
      const token = (await exchange(w, await aliceToken(w), w.agent)).body.access_token
      const task_id = await w.openTask(token)
      const body = { task_id, authorization_details: READING }
      return (await w.call('POST', '/jit/request', token, body)).body.status
    }
    expect(await status('read:documents calendar')).toBe('approved')
    expect(await status('read:documents')).toBe('denied')
    expect(seen).toEqual([
      {
        id: 'u_alice',
        email: 'alice@acme-corp.com',
        rights: ['read'],
        scope: 'read:documents calendar',
      },
      { id: 'u_alice', email: 'alice@acme-corp.com', rights: ['read'], scope: 'read:documents' },
    ])
    const w = await openWorld({ ...options, rules })
    await w.call('POST', '/jit/request', w.agent, {
      task_id: await w.openTask(),
      authorization_details: READING,
    })
    expect(seen.at(-1)).toBeUndefined()
  })

  it('authority:delegation — every token of it dies, and the feed says so, when the user takes theirs back', async () => {
    const { w, alice, token, task } = await open()
    const body = { task_id: task.task_id, authorization_details: READING }
    const { request_id } = (await w.call('POST', '/jit/request', token, body)).body
    const jit = (await w.call('POST', `/jit/request/${request_id}/token`, token)).body.access_token
    expect(await w.isActive(jit)).toBe(true)
    expect(await w.isActive(token)).toBe(true)
    expect(await w.authority.operations.endUserToken({ token: alice })).toBe(true)
    expect(await w.isActive(jit)).toBe(false)
    expect(await w.isActive(token)).toBe(false)
    expect((await w.call('POST', `/jit/request/${request_id}/token`, token)).status).toBe(401)
  })
})
