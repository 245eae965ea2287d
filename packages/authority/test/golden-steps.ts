import { riskTable } from '../src/index.ts'
import { AGENT, openWorld, type World } from './world.ts'

const WRITE = { type: 'file_access', actions: ['write'], identifier: 'report_2024.pdf' }

interface Told {
  readonly w: World
  at: string
  task: string
  request: string
  jit: string
}

/** What an answer says in short: status, then the member that matters. */
type Short = string

export interface Step {
  readonly id: string
  readonly what: string
  readonly expected: Short
  run(told: Told): Promise<Short>
}

const short = (
  { status, body }: { status: number; body: Record<string, unknown> },
  member: string,
) => `${status} ${String(body[member])}`

const call = async (told: Told, method: string, path: string, body?: unknown, token = told.at) =>
  told.w.call(method, path, token, body)

const introspect = async ({ w, jit }: Told) =>
  short(await w.form('/oauth/introspect', { token: jit, ...AGENT }), 'active')

const ask = (told: Told, more: object = {}) =>
  call(told, 'POST', '/jit/request', {
    task_id: told.task,
    authorization_details: { ...WRITE, ...more },
    justification: 'the user asked for it',
    requested_ttl: 300,
  })

/**
 * Appendix A of the contract, step by step, as far as the authority answers it: steps 3 and 9 at the
 * resource are the guard's, and are seen here through introspection.
 */
export const steps: readonly Step[] = [
  {
    id: 'A.1',
    what: 'the agent gets its token',
    expected: '200 Bearer',
    async run(told) {
      const answer = await told.w.form('/oauth/token', {
        grant_type: 'client_credentials',
        ...AGENT,
      })
      told.at = answer.body.access_token
      return short(answer, 'token_type')
    },
  },
  {
    id: 'A.2',
    what: 'and opens a task',
    expected: '201 agt_1',
    async run(told) {
      const answer = await call(told, 'POST', '/jit/task', { name: 'Q4 report', type: 'analysis' })
      told.task = answer.body.task_id
      return short(answer, 'agent_id')
    },
  },
  {
    id: 'A.4',
    what: 'asks for what the resource said is missing',
    expected: '201 pending',
    async run(told) {
      const answer = await ask(told)
      told.request = answer.body.request_id
      return short(answer, 'status')
    },
  },
  {
    id: 'A.5',
    what: 'cannot redeem before a person said yes',
    expected: '403 request_not_approved',
    run: async (told) =>
      short(await call(told, 'POST', `/jit/request/${told.request}/token`), 'error'),
  },
  {
    id: 'A.6',
    what: 'a person says yes',
    expected: '200 approved',
    run: async (told) => {
      const yes = { ttl: 300, notes: 'internal', agent_message: 'ok once' }
      const path = `/jit/approve/${told.request}`
      return short(await call(told, 'POST', path, yes, told.w.approver), 'status')
    },
  },
  {
    id: 'A.7',
    what: 'the status tells the message, and that there are notes',
    expected: '200 approved, ok once, notes: true',
    run: async (told) => {
      const answer = await call(told, 'GET', `/jit/request/${told.request}/status`)
      const { agent_message, has_notes } = answer.body
      return `${short(answer, 'status')}, ${agent_message}, notes: ${has_notes}`
    },
  },
  {
    id: 'A.8',
    what: 'the agent redeems, seven members and `reuse`',
    expected:
      '200 access_token authorization_details expires_in issued_token_type jit_request_id reuse task_id token_type',
    async run(told) {
      const answer = await call(told, 'POST', `/jit/request/${told.request}/token`)
      told.jit = answer.body.access_token
      return `${answer.status} ${Object.keys(answer.body).sort().join(' ')}`
    },
  },
  {
    id: 'A.8b',
    what: 'but not with the granted token itself',
    expected: '403 jit_token_not_allowed',
    run: async (told) =>
      short(
        await call(told, 'POST', `/jit/request/${told.request}/token`, undefined, told.jit),
        'error',
      ),
  },
  { id: 'A.9', what: 'the granted token works', expected: '200 true', run: introspect },
  {
    id: 'A.10',
    what: 'the task is completed',
    expected: '200 completed',
    run: async (told) =>
      short(await call(told, 'POST', `/jit/task/${told.task}/complete`), 'status'),
  },
  { id: 'A.10b', what: 'and its token is dead', expected: '200 false', run: introspect },
  {
    id: 'A.10c',
    what: 'and nothing can be asked in it',
    expected: '400 task_not_active',
    run: async (told) => short(await ask(told), 'error'),
  },
  {
    id: 'A.11',
    what: 'a denial tells its message, never its reason',
    expected: '200 denied, no, notes: true, reason told: false',
    async run(told) {
      told.task = await told.w.openTask(told.at)
      told.request = (await ask(told)).body.request_id
      const no = { reason: 'the inner reason', agent_message: 'no' }
      await call(told, 'POST', `/jit/deny/${told.request}`, no, told.w.approver)
      const answer = await call(told, 'GET', `/jit/request/${told.request}/status`)
      const { agent_message, has_notes } = answer.body
      const told_ = JSON.stringify(answer.body).includes('inner reason')
      return `${short(answer, 'status')}, ${agent_message}, notes: ${has_notes}, reason told: ${told_}`
    },
  },
  {
    id: 'A.11b',
    what: 'and what was denied is not redeemed',
    expected: '403 request_not_approved',
    run: async (told) =>
      short(await call(told, 'POST', `/jit/request/${told.request}/token`), 'error'),
  },
  {
    id: 'A.12',
    what: 'three denials suspend the task',
    expected: '200 suspended, active: false, denial_limit_exceeded',
    async run(told) {
      const read = { authorization_details: { type: 'file_access', actions: ['read'] } }
      const free = await call(told, 'POST', '/jit/request', { task_id: told.task, ...read })
      await told.w.approve(free.body.request_id)
      const path = `/jit/request/${free.body.request_id}/token`
      told.jit = (await call(told, 'POST', path)).body.access_token
      for (const identifier of ['b', 'c']) {
        const { request_id } = (await ask(told, { identifier })).body
        await call(told, 'POST', `/jit/deny/${request_id}`, {}, told.w.approver)
      }
      const answer = await call(told, 'POST', `/jit/task/${told.task}/evaluate`)
      const { active, events } = answer.body
      return `${short(answer, 'action')}, active: ${active}, ${events[0]?.type}`
    },
  },
  { id: 'A.12b', what: 'and its tokens are dead', expected: '200 false', run: introspect },
]

export const openTrace = async (prefix: 'orgs' | 't'): Promise<Told> => {
  const w = await openWorld({ rules: riskTable({ types: { file_access: 'high' } }) }, prefix)
  return { w, at: '', task: '', request: '', jit: '' }
}
