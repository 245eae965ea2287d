import {
  type AuthorityOptions,
  type AuthorityServer,
  type Clock,
  createAuthority,
} from '../src/index.ts'

export const ORIGIN = 'http://127.0.0.1:4000'
export const API = 'https://api.acme-corp.com'
export const FILES = 'https://files.acme-corp.com'

/** Time stands still until a test moves it; a wait that is due ends at once. */
class ManualClock implements Clock {
  #now = Date.parse('2026-01-30T14:00:00Z')
  #sleepers: { readonly due: number; readonly wake: () => void }[] = []

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const sleeper = { due: this.#now + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper)
        reject(signal.reason)
      })
    })
  }

  get sleeping(): number {
    return this.#sleepers.length
  }

  advance(ms: number): void {
    this.#now += ms
    const due = this.#sleepers.filter((each) => each.due <= this.#now)
    this.#sleepers = this.#sleepers.filter((each) => each.due > this.#now)
    for (const { wake } of due) wake()
  }
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any
}

export interface World {
  readonly authority: AuthorityServer
  readonly clock: ManualClock
  /** `/orgs/acme-corp/api/v1` or `/t/acme-corp/api/v1`. */
  readonly base: string
  readonly agent: string
  readonly otherAgent: string
  readonly approver: string
  readonly bystander: string
  call(method: string, path: string, token?: string, body?: unknown): Promise<Answer>
  form(path: string, members: Record<string, string>): Promise<Answer>
  raw(path: string, init?: RequestInit): Promise<Answer>
  openTask(token?: string): Promise<string>
  /** A question a person decides; gives its request id. */
  askPerson(taskId: string, more?: object): Promise<string>
  approve(requestId: string, more?: object): Promise<Answer>
  redeem(requestId: string): Promise<string>
  isActive(token: string): Promise<boolean>
}

export const PAYMENT = { type: 'payment', actions: ['initiate'], identifier: 'inv_7' }
export const READING = { type: 'file_access', actions: ['read'], identifier: 'q4.pdf' }
export const AGENT = { client_id: 'agt_1', client_secret: 's' }

export const openWorld = async (
  options: Partial<AuthorityOptions> = {},
  prefix: 'orgs' | 't' = 'orgs',
): Promise<World> => {
  const clock = new ManualClock()
  const authority = createAuthority({
    url: ORIGIN,
    org: 'acme-corp',
    agents: [
      { id: 'agt_1', secret: 's', name: 'Research', scope: 'read:documents jit:request' },
      { id: 'agt_2', secret: 'other secret', actsForUsers: false },
    ],
    users: [
      { id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'] },
      { id: 'u_alice', email: 'alice@acme-corp.com' },
    ],
    clock,
    ...options,
  })
  const base = `/${prefix}/acme-corp/api/v1`
  const raw: World['raw'] = async (path, init) => {
    const response = await authority.fetch(new Request(ORIGIN + path, init))
    const text = await response.text()
    const { status, headers } = response
    return { status, headers, body: text === '' ? undefined : JSON.parse(text) }
  }
  const call: World['call'] = (method, path, token, body) =>
    raw(base + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const form: World['form'] = (path, members) =>
    raw(base + path, { method: 'POST', body: new URLSearchParams(members) })

  const { operations } = authority
  const agent = (await operations.issueAgentToken({ agentId: 'agt_1' })).accessToken
  const otherAgent = (await operations.issueAgentToken({ agentId: 'agt_2' })).accessToken
  const approver = (await operations.issueUserToken({ userId: 'u_bob' })).accessToken
  const bystander = (await operations.issueUserToken({ userId: 'u_alice' })).accessToken

  return {
    authority,
    clock,
    base,
    agent,
    otherAgent,
    approver,
    bystander,
    call,
    form,
    raw,
    openTask: async (token = agent) => (await call('POST', '/jit/task', token, {})).body.task_id,
    askPerson: async (taskId, more = {}) => {
      const body = { task_id: taskId, authorization_details: PAYMENT, ...more }
      return (await call('POST', '/jit/request', agent, body)).body.request_id
    },
    approve: (id, more = {}) => call('POST', `/jit/approve/${id}`, approver, more),
    redeem: async (id) => (await call('POST', `/jit/request/${id}/token`, agent)).body.access_token,
    isActive: async (token) =>
      (await operations.introspect({ client: { kind: 'agent', id: 'agt_1' }, token })).active,
  }
}
