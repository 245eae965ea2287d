import { describe, expect, it } from 'vitest'
import { type RiskLevel, riskTable } from '../src/index.ts'
import { openWorld, READING } from './world.ts'

const judge = (detail: object, table = {}) =>
  riskTable(table).judge({
    details: [{ type: 'api_call', ...detail }],
    reuse: 'once',
    agentId: 'agt_1',
  })

const rows: readonly (readonly [object, RiskLevel])[] = [
  [{ type: 'file_access', actions: ['read'] }, 'low'],
  [{ actions: ['GET'] }, 'low'],
  [{ type: 'database_query', actions: ['Select'] }, 'low'],
  [{ type: 'never_heard_of', actions: ['read'] }, 'low'],
  [{ type: 'file_access', actions: ['write'] }, 'medium'],
  [{ actions: ['post'] }, 'medium'],
  [{ actions: ['read', 'PUT'] }, 'medium'],
  [{ actions: ['frobnicate'] }, 'medium'],
  [{ actions: ['constructor'] }, 'medium'],
  [{ type: 'toString', actions: ['read'] }, 'low'],
  [{}, 'medium'],
  [{ actions: [] }, 'medium'],
  [{ actions: ['DELETE'] }, 'high'],
  [{ actions: ['read', 'delete'] }, 'high'],
  [{ type: 'tool_invocation', actions: ['execute'] }, 'high'],
  [{ actions: ['read'], privileges: ['admin'] }, 'high'],
  [{ type: 'payment', actions: ['initiate'] }, 'critical'],
  [{ type: 'user_data', actions: ['read'] }, 'critical'],
  [{ type: 'credentials' }, 'critical'],
]

describe('the risk table', () => {
  it.each(rows)('%j is %s', (detail, risk) => {
    const decision = risk === 'low' || risk === 'medium' ? 'grant' : 'ask'
    expect(judge(detail)).toEqual({ risk, decision })
  })

  it('rates several details by the worst of them', () => {
    const details = [READING, { type: 'payment', actions: ['read'] }] as const
    expect(riskTable().judge({ details, reuse: 'once', agentId: 'a' })).toEqual({
      risk: 'critical',
      decision: 'ask',
    })
  })

  it('can be told otherwise, for types, actions, and how far it grants', () => {
    const read = { type: 'calendar', actions: ['read'] }
    expect(judge(read, { types: { calendar: 'high' } })).toMatchObject({ decision: 'ask' })
    expect(judge(read, { actions: { READ: 'critical' } })).toMatchObject({ risk: 'critical' })
    expect(judge(read, { grantUpTo: 'none' })).toEqual({ risk: 'low', decision: 'ask' })
    expect(judge({ actions: ['write'] }, { grantUpTo: 'low' })).toMatchObject({ decision: 'ask' })
    expect(judge({ actions: ['delete'] }, { grantUpTo: 'high' })).toMatchObject({
      decision: 'grant',
    })
  })
})

describe('rules of one’s own', () => {
  const ask = async (rules: Parameters<typeof openWorld>[0]) => {
    const w = await openWorld(rules)
    const body = { task_id: await w.openTask(), authorization_details: READING }
    return (await w.call('POST', '/jit/request', w.agent, body)).body
  }
  it('may deny at once', async () => {
    const rules = { judge: () => ({ risk: 'low', decision: 'deny' }) as const }
    expect(await ask({ rules })).toMatchObject({ status: 'denied', risk_level: 'low' })
  })
  it('that throw, or say what nobody knows, leave it to a person', async () => {
    const throwing = {
      judge: () => {
        throw new Error('no rules today')
      },
    }
    expect(await ask({ rules: throwing })).toMatchObject({ status: 'pending' })
    const odd = { judge: () => ({ risk: 'low', decision: 'sure' }) as never }
    expect(await ask({ rules: odd })).toMatchObject({ status: 'pending' })
  })
})
