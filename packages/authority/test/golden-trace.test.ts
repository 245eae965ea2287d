import { describe, expect, it } from 'vitest'
import { riskTable } from '../src/index.ts'
import { openTrace, steps } from './golden-steps.ts'
import { AGENT, openWorld } from './world.ts'

const WRITE = { type: 'file_access', actions: ['write'], identifier: 'report_2024.pdf' }
const rules = riskTable({ types: { file_access: 'high' } })
const SOMETIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)

describe.each(['orgs', 't'] as const)('Appendix A under /%s', (prefix) => {
  it('golden-trace — every step of the table answers as it says', async () => {
    const told = await openTrace(prefix)
    const got: Record<string, string> = {}
    for (const step of steps) got[step.id] = await step.run(told)
    expect(got).toEqual(Object.fromEntries(steps.map(({ id, expected }) => [id, expected])))
  })

  it('golden-trace — steps 1 to 10, status by status and member by member', async () => {
    const w = await openWorld({ rules }, prefix)
    const B = `/${prefix}/acme-corp/api/v1`

    const first = await w.form('/oauth/token', { grant_type: 'client_credentials', ...AGENT })
    expect(first.status).toBe(200)
    expect(first.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'read:documents jit:request',
    })
    const AT = first.body.access_token

    const task = await w.call('POST', '/jit/task', AT, { name: 'Q4 report', type: 'analysis' })
    expect(task.status).toBe(201)
    expect(task.body).toEqual({
      task_id: expect.stringMatching(/^task_/),
      caep_session_id: expect.stringMatching(/^caep_/),
      expires_at: '2026-01-31T14:00:00Z',
      agent_id: 'agt_1',
      agent: { id: 'agt_1', name: 'Research' },
    })
    const { task_id } = task.body

    const asked = await w.call('POST', '/jit/request', AT, {
      task_id,
      authorization_details: WRITE,
      justification: 'the user asked for it',
      requested_ttl: 300,
    })
    expect(asked.status).toBe(201)
    const { request_id } = asked.body
    expect(asked.body).toEqual({
      request_id: expect.stringMatching(/^jit_/),
      status: 'pending',
      risk_level: 'high',
      task_id,
      reuse: 'once',
      status_url: `${B}/jit/request/${request_id}/status`,
      expires_at: '2026-01-30T15:00:00Z',
      message: expect.any(String),
    })

    const early = await w.call('POST', `/jit/request/${request_id}/token`, AT)
    expect([early.status, early.body.error]).toEqual([403, 'request_not_approved'])

    const yes = { ttl: 300, notes: 'internal', agent_message: 'ok once' }
    const approved = await w.call('POST', `/jit/approve/${request_id}`, w.approver, yes)
    expect(approved.status).toBe(200)
    expect(approved.body).toEqual({ request_id, status: 'approved', granted_ttl: 300 })

    const status = await w.call('GET', `/jit/request/${request_id}/status`, AT)
    expect(status.status).toBe(200)
    expect(status.body).toEqual({
      request_id,
      status: 'approved',
      risk_level: 'high',
      task_id,
      reuse: 'once',
      token_url: `${B}/jit/request/${request_id}/token`,
      granted_ttl: 300,
      has_notes: true,
      agent_message: 'ok once',
    })

    const redeemed = await w.call('POST', `/jit/request/${request_id}/token`, AT)
    expect(redeemed.status).toBe(200)
    expect(redeemed.headers.get('cache-control')).toBe('no-store')
    expect(redeemed.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      authorization_details: [WRITE],
      task_id,
      jit_request_id: request_id,
      reuse: 'once',
    })
    const JIT = redeemed.body.access_token
    const again = await w.call('POST', `/jit/request/${request_id}/token`, JIT)
    expect([again.status, again.body.error]).toEqual([403, 'jit_token_not_allowed'])

    const alive = await w.form('/oauth/introspect', { token: JIT, ...AGENT })
    expect(alive.body).toMatchObject({ active: true, jit: true, authorization_details: [WRITE] })

    const done = await w.call('POST', `/jit/task/${task_id}/complete`, AT)
    expect(done.status).toBe(200)
    expect(done.body).toEqual({ task_id, status: 'completed', completed_at: SOMETIME })
    expect((await w.form('/oauth/introspect', { token: JIT, ...AGENT })).body).toEqual({
      active: false,
    })
    const late = { task_id, authorization_details: WRITE }
    const refused = await w.call('POST', '/jit/request', AT, late)
    expect([refused.status, refused.body.error]).toEqual([400, 'task_not_active'])
    w.clock.advance(5_000)
    expect((await w.call('POST', `/jit/task/${task_id}/complete`, AT)).body).toEqual(done.body)
  })

  it('golden-trace — step 11: a denial tells the message, never the reason', async () => {
    const w = await openWorld({ rules }, prefix)
    const id = await w.askPerson(await w.openTask())
    const no = { reason: 'the secret reason', agent_message: 'no' }
    const denied = await w.call('POST', `/jit/deny/${id}`, w.approver, no)
    expect([denied.status, denied.body]).toEqual([200, { request_id: id, status: 'denied' }])
    const { body } = await w.call('GET', `/jit/request/${id}/status`, w.agent)
    expect(body).toMatchObject({
      status: 'denied',
      has_notes: true,
      agent_message: 'no',
      deny_reason: 'no',
    })
    expect(JSON.stringify(body)).not.toContain('secret reason')
    const redeem = await w.call('POST', `/jit/request/${id}/token`, w.agent)
    expect([redeem.status, redeem.body.error]).toEqual([403, 'request_not_approved'])
  })
})
