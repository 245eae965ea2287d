import { AGENT, openWorld, PAYMENT, READING } from './world.ts'

/** Everything the rows below speak of, in one small world. */
export const scene = async (prefix: 'orgs' | 't') => {
  const w = await openWorld({}, prefix)
  const task = await w.openTask()
  const otherTask = await w.openTask()
  const foreignTask = await w.openTask(w.otherAgent)
  const endedTask = await w.openTask()
  await w.call('POST', `/jit/task/${endedTask}/complete`, w.agent)
  const pending = await w.askPerson(task)
  const approved = await w.askPerson(task, { reuse: 'task' })
  await w.approve(approved)
  const jit = await w.redeem(approved)
  const otherApproved = await w.askPerson(otherTask)
  await w.approve(otherApproved)
  const otherJit = await w.redeem(otherApproved)
  const denied = await w.askPerson(task, { authorization_details: { type: 'wire_transfer' } })
  await w.call('POST', `/jit/deny/${denied}`, w.approver, {})
  const asked = { userId: 'u_alice', purpose: 'delegate' } as const
  const subject = (await w.authority.operations.issueUserToken(asked)).accessToken
  return {
    w,
    subject,
    task,
    otherTask,
    foreignTask,
    endedTask,
    pending,
    approved,
    denied,
    jit,
    otherJit,
  }
}
export type Scene = Awaited<ReturnType<typeof scene>>
export type Row = readonly [
  what: string,
  method: string,
  path: (s: Scene) => string,
  token: (s: Scene) => string | undefined,
  body: ((s: Scene) => unknown) | undefined,
  status: number,
  code?: string,
]
const agent = (s: Scene) => s.w.agent
const other = (s: Scene) => s.w.otherAgent
const approver = (s: Scene) => s.w.approver
const none = () => undefined
const at = (path: string) => () => path
const asks =
  (more: object = {}) =>
  (s: Scene) => ({ task_id: s.task, authorization_details: READING, ...more })

const OAUTH = at('/oauth/token')
const LOGIN = { grant_type: 'client_credentials', ...AGENT }
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token'
const exchange = (subject_token: string, actor_token: string) => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token,
  subject_token_type: ACCESS,
  actor_token,
  actor_token_type: ACCESS,
})
const TASK = at('/jit/task')
const REQUEST = at('/jit/request')
const status = (s: Scene) => `/jit/request/${s.pending}/status`
const token = (s: Scene) => `/jit/request/${s.approved}/token`
const complete = (s: Scene) => `/jit/task/${s.task}/complete`
const evaluate = (s: Scene) => `/jit/task/${s.task}/evaluate`
const PENDING = at('/jit/pending')
const approve = (s: Scene) => `/jit/approve/${s.pending}`
const deny = (s: Scene) => `/jit/deny/${s.pending}`
const revoke = (s: Scene) => `/jit/revoke/${s.pending}`
const empty = () => ({})
const BOB = 'bob@acme-corp.com'

/** Every status of the contract's §3 and §8, and of what goes beyond it: id, call, and what is answered. */
export const rows: readonly Row[] = [
  ['3.1 created', 'POST', TASK, agent, empty, 201],
  ['3.1 without a body', 'POST', TASK, agent, undefined, 201],
  ['3.1 nulls', 'POST', TASK, agent, () => ({ name: null, on_behalf_of: null }), 201],
  ['3.1 for a user', 'POST', TASK, agent, () => ({ on_behalf_of: BOB }), 201],
  [
    '3.1 for nobody known',
    'POST',
    TASK,
    agent,
    () => ({ on_behalf_of: 'x@y.z' }),
    400,
    'invalid_request',
  ],
  ['3.1 name of 480', 'POST', TASK, agent, () => ({ name: 'n'.repeat(480) }), 201],
  [
    '3.1 name of 481',
    'POST',
    TASK,
    agent,
    () => ({ name: 'n'.repeat(481) }),
    400,
    'invalid_request',
  ],
  ['3.1 nameless token', 'POST', TASK, none, empty, 401, 'invalid_token'],
  ['3.1 nonsense token', 'POST', TASK, () => 'nonsense', empty, 401, 'invalid_token'],
  ['3.1 a user', 'POST', TASK, approver, empty, 401, 'invalid_token'],
  ['3.1 a granted token', 'POST', TASK, (s) => s.jit, empty, 403, 'jit_token_not_allowed'],
  [
    '3.1 agent without delegation',
    'POST',
    TASK,
    other,
    () => ({ on_behalf_of: BOB }),
    403,
    'delegation_not_allowed',
  ],
  ['3.1 child', 'POST', TASK, agent, (s) => ({ parent_task_id: s.task }), 201],
  [
    "3.1 child of another's",
    'POST',
    TASK,
    agent,
    (s) => ({ parent_task_id: s.foreignTask }),
    400,
    'invalid_request',
  ],
  [
    '3.1 child of an ended',
    'POST',
    TASK,
    agent,
    (s) => ({ parent_task_id: s.endedTask }),
    400,
    'task_not_active',
  ],

  ['3.2 granted', 'POST', REQUEST, agent, asks(), 201],
  ['3.2 pending', 'POST', REQUEST, agent, asks({ authorization_details: PAYMENT }), 201],
  ['3.2 several', 'POST', REQUEST, agent, asks({ authorization_details: [READING, PAYMENT] }), 201],
  ['3.2 no task id', 'POST', REQUEST, agent, asks({ task_id: undefined }), 400, 'invalid_request'],
  ['3.2 odd task id', 'POST', REQUEST, agent, asks({ task_id: 7 }), 400, 'invalid_request'],
  [
    '3.2 no details',
    'POST',
    REQUEST,
    agent,
    asks({ authorization_details: undefined }),
    400,
    'invalid_authorization_details',
  ],
  [
    '3.2 empty details',
    'POST',
    REQUEST,
    agent,
    asks({ authorization_details: [] }),
    400,
    'invalid_authorization_details',
  ],
  [
    '3.2 no type',
    'POST',
    REQUEST,
    agent,
    asks({ authorization_details: { actions: ['read'] } }),
    400,
    'invalid_authorization_details',
  ],
  [
    '3.2 one of two bad',
    'POST',
    REQUEST,
    agent,
    asks({ authorization_details: [READING, 1] }),
    400,
    'invalid_authorization_details',
  ],
  [
    '3.2 too many',
    'POST',
    REQUEST,
    agent,
    asks({ authorization_details: Array(17).fill(READING) }),
    400,
    'invalid_authorization_details',
  ],
  ['3.2 ttl 0', 'POST', REQUEST, agent, asks({ requested_ttl: 0 }), 400, 'invalid_request'],
  ['3.2 ttl 1.5', 'POST', REQUEST, agent, asks({ requested_ttl: 1.5 }), 400, 'invalid_request'],
  [
    '3.2 ttl as text',
    'POST',
    REQUEST,
    agent,
    asks({ requested_ttl: '300' }),
    400,
    'invalid_request',
  ],
  ['3.2 ttl above the ceiling', 'POST', REQUEST, agent, asks({ requested_ttl: 9_000 }), 201],
  [
    '3.2 justification of 481',
    'POST',
    REQUEST,
    agent,
    asks({ justification: 'j'.repeat(481) }),
    400,
    'invalid_request',
  ],
  ['3.2 odd reuse', 'POST', REQUEST, agent, asks({ reuse: 'always' }), 400, 'invalid_request'],
  [
    '3.2 relative resource',
    'POST',
    REQUEST,
    agent,
    asks({ resource: '/api' }),
    400,
    'invalid_target',
  ],
  [
    '3.2 resource with fragment',
    'POST',
    REQUEST,
    agent,
    asks({ resource: 'https://a.example/#b' }),
    400,
    'invalid_target',
  ],
  [
    '3.2 ended task',
    'POST',
    REQUEST,
    agent,
    (s) => ({ task_id: s.endedTask, authorization_details: READING }),
    400,
    'task_not_active',
  ],
  ['3.2 no token', 'POST', REQUEST, none, asks(), 401, 'invalid_token'],
  ['3.2 a granted token', 'POST', REQUEST, (s) => s.jit, asks(), 403, 'jit_token_not_allowed'],
  ["3.2 another's task", 'POST', REQUEST, other, asks(), 403, 'task_agent_mismatch'],
  ['3.2 unknown task', 'POST', REQUEST, agent, asks({ task_id: 'task_x' }), 404, 'task_not_found'],

  ['3.3 read', 'GET', status, agent, undefined, 200],
  ['3.3 granted token of the task', 'GET', status, (s) => s.jit, undefined, 200],
  ['3.3 no token', 'GET', status, none, undefined, 401, 'invalid_token'],
  ["3.3 another's", 'GET', status, other, undefined, 403, 'request_agent_mismatch'],
  [
    '3.3 granted token of another task',
    'GET',
    status,
    (s) => s.otherJit,
    undefined,
    403,
    'jit_token_not_allowed',
  ],
  [
    '3.3 unknown',
    'GET',
    at('/jit/request/jit_x/status'),
    agent,
    undefined,
    404,
    'request_not_found',
  ],
  [
    '3.3 odd wait',
    'GET',
    (s) => `${status(s)}?wait=soon`,
    agent,
    undefined,
    400,
    'invalid_request',
  ],

  ['3.4 redeemed', 'POST', token, agent, undefined, 200],
  ['3.4 no token', 'POST', token, none, undefined, 401, 'invalid_token'],
  ["3.4 another's", 'POST', token, other, undefined, 403, 'request_agent_mismatch'],
  ['3.4 granted token', 'POST', token, (s) => s.jit, undefined, 403, 'jit_token_not_allowed'],
  [
    '3.4 pending',
    'POST',
    (s) => `/jit/request/${s.pending}/token`,
    agent,
    undefined,
    403,
    'request_not_approved',
  ],
  [
    '3.4 denied',
    'POST',
    (s) => `/jit/request/${s.denied}/token`,
    agent,
    undefined,
    403,
    'request_not_approved',
  ],
  [
    '3.4 unknown',
    'POST',
    at('/jit/request/jit_x/token'),
    agent,
    undefined,
    404,
    'request_not_found',
  ],

  ['3.5 completed', 'POST', complete, agent, undefined, 200],
  ['3.5 granted token of the task', 'POST', complete, (s) => s.jit, undefined, 200],
  ['3.5 no token', 'POST', complete, none, undefined, 401, 'invalid_token'],
  ["3.5 another's", 'POST', complete, other, undefined, 403, 'task_agent_mismatch'],
  [
    '3.5 granted token of another task',
    'POST',
    complete,
    (s) => s.otherJit,
    undefined,
    403,
    'jit_token_not_allowed',
  ],
  ['3.5 unknown', 'POST', at('/jit/task/task_x/complete'), agent, undefined, 404, 'task_not_found'],

  ['3.6 evaluated', 'POST', evaluate, agent, undefined, 200],
  ['3.6 with an outcome', 'POST', evaluate, agent, () => ({ result: 'completed' }), 200],
  ['3.6 a granted token', 'POST', evaluate, (s) => s.jit, undefined, 403, 'jit_token_not_allowed'],
  ['3.6 no token', 'POST', evaluate, none, undefined, 401, 'invalid_token'],
  ["3.6 another's", 'POST', evaluate, other, undefined, 403, 'task_agent_mismatch'],
  ['3.6 unknown', 'POST', at('/jit/task/task_x/evaluate'), agent, undefined, 404, 'task_not_found'],

  ['3.7 listed', 'GET', PENDING, approver, undefined, 200],
  ['3.7 no token', 'GET', PENDING, none, undefined, 401, 'invalid_token'],
  ['3.7 no right', 'GET', PENDING, (s) => s.w.bystander, undefined, 403, 'permission_denied'],
  ['3.7 an agent', 'GET', PENDING, agent, undefined, 403, 'permission_denied'],

  ['3.8 approved', 'POST', approve, approver, empty, 200],
  ['3.8 without a body', 'POST', approve, approver, undefined, 200],
  [
    '3.8 approved before',
    'POST',
    (s) => `/jit/approve/${s.approved}`,
    approver,
    empty,
    400,
    'invalid_state',
  ],
  ['3.8 no token', 'POST', approve, none, empty, 401, 'invalid_token'],
  ['3.8 no right', 'POST', approve, (s) => s.w.bystander, empty, 403, 'permission_denied'],
  ['3.8 the agent itself', 'POST', approve, agent, empty, 403, 'permission_denied'],
  ['3.8 a granted token', 'POST', approve, (s) => s.jit, empty, 403, 'permission_denied'],
  ['3.8 unknown', 'POST', at('/jit/approve/jit_x'), approver, empty, 404, 'request_not_found'],
  [
    '3.8 more than asked',
    'POST',
    approve,
    approver,
    () => ({ authorization_details: { ...PAYMENT, actions: ['initiate', 'approve'] } }),
    400,
    'invalid_authorization_details',
  ],
  ['3.8 odd ttl', 'POST', approve, approver, () => ({ ttl: -1 }), 400, 'invalid_request'],

  ['3.9 denied', 'POST', deny, approver, empty, 200],
  [
    '3.9 approved before',
    'POST',
    (s) => `/jit/deny/${s.approved}`,
    approver,
    empty,
    400,
    'invalid_state',
  ],
  ['3.9 no token', 'POST', deny, none, empty, 401, 'invalid_token'],
  ['3.9 no right', 'POST', deny, (s) => s.w.bystander, empty, 403, 'permission_denied'],
  ['3.9 the agent itself', 'POST', deny, agent, empty, 403, 'permission_denied'],
  ['3.9 unknown', 'POST', at('/jit/deny/jit_x'), approver, empty, 404, 'request_not_found'],

  ['revoke by the agent', 'POST', revoke, agent, undefined, 200],
  ['revoke by an approver', 'POST', revoke, approver, undefined, 200],
  [
    'revoke what was denied',
    'POST',
    (s) => `/jit/revoke/${s.denied}`,
    approver,
    undefined,
    400,
    'invalid_state',
  ],
  ['revoke no token', 'POST', revoke, none, undefined, 401, 'invalid_token'],
  ["revoke another's", 'POST', revoke, other, undefined, 403, 'request_agent_mismatch'],
  [
    'revoke without the right',
    'POST',
    revoke,
    (s) => s.w.bystander,
    undefined,
    403,
    'permission_denied',
  ],
  [
    'revoke by granted token',
    'POST',
    revoke,
    (s) => s.jit,
    undefined,
    403,
    'jit_token_not_allowed',
  ],
  ['revoke unknown', 'POST', at('/jit/revoke/jit_x'), agent, undefined, 404, 'request_not_found'],

  [
    '3.2 callback nowhere registered',
    'POST',
    REQUEST,
    agent,
    asks({ callback_url: 'https://x.example/' }),
    400,
    'invalid_callback_url',
  ],
  ['1.1 agent token', 'POST', OAUTH, none, () => LOGIN, 200],
  [
    '1.1 wrong secret',
    'POST',
    OAUTH,
    none,
    () => ({ ...LOGIN, client_secret: 'x' }),
    401,
    'invalid_client',
  ],
  [
    '1.1 unknown grant',
    'POST',
    OAUTH,
    none,
    () => ({ ...LOGIN, grant_type: 'password' }),
    400,
    'unsupported_grant_type',
  ],
  ['8 exchanged', 'POST', OAUTH, none, (s) => exchange(s.subject, s.w.agent), 200],
  [
    '8 dead subject',
    'POST',
    OAUTH,
    none,
    (s) => exchange('nonsense', s.w.agent),
    400,
    'invalid_grant',
  ],
  [
    '8 a token that approves',
    'POST',
    OAUTH,
    none,
    (s) => exchange(s.w.approver, s.w.agent),
    400,
    'invalid_grant',
  ],
  [
    '8 agent without delegation',
    'POST',
    OAUTH,
    none,
    (s) => exchange(s.subject, s.w.otherAgent),
    403,
    'delegation_not_allowed',
  ],
  [
    '12 introspected',
    'POST',
    at('/oauth/introspect'),
    none,
    (s) => ({ ...AGENT, token: s.jit }),
    200,
  ],
  [
    '12 introspection without credentials',
    'POST',
    at('/oauth/introspect'),
    none,
    (s) => ({ token: s.jit }),
    401,
    'invalid_client',
  ],
  ['12 revoked', 'POST', at('/oauth/revoke'), none, (s) => ({ ...AGENT, token: s.jit }), 200],
  [
    '12 unknown token revoked',
    'POST',
    at('/oauth/revoke'),
    none,
    () => ({ ...AGENT, token: 'x' }),
    200,
  ],

  ['nothing there', 'GET', at('/jit/nothing'), agent, undefined, 404, 'not_found'],
  ['wrong method', 'DELETE', TASK, agent, undefined, 405, 'method_not_allowed'],
]

/** Sends the row's call. */
export const send = async (s: Scene, [, method, path, token_, body]: Row) =>
  s.w.call(method, path(s), token_(s), body?.(s))
