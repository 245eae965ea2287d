import type { PermissionRequest, RequestRef, Resource, TaskRecord } from '@lumojit/protocol'
import type { Clock } from '../../src/clock.ts'
import { lumoAuth } from '../../src/lumoauth/lumo-auth.ts'
import type { LumoAuthOptions } from '../../src/lumoauth/options.ts'

export const BASE = 'https://app.lumoauth.dev/orgs/acme-corp/api/v1'
export const SECRET = 'client-secret-canary'
export const task: TaskRecord = { id: 'task_1' }
export const ref: RequestRef = { taskId: 'task_1', requestId: 'jit_1' }
export const resource: Resource = { url: 'https://api.acme-corp.com' }
export const detail = { type: 'file_access', actions: ['write'], identifier: 'report_2024.pdf' }
export const permission: PermissionRequest = {
  permission: { kind: 'details', details: [detail] },
  resource,
  reuse: 'once',
  justification: 'the user asked for it',
  ttlSeconds: 300,
  idempotencyKey: 'key-1',
}

export interface Seen {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly bearer: string | undefined
  readonly headers: Headers
  readonly form: Readonly<Record<string, string>>
  readonly json: unknown
  readonly redirect: string | undefined
}
export interface Reply {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}
type Route = Reply | Error | ((seen: Seen) => Reply | Error | Promise<Reply>)

/** Time that moves only when somebody sleeps or the test says so. */
class TestClock implements Clock {
  time = Date.parse('2026-01-30T14:00:00Z')
  readonly slept: number[] = []
  now(): number {
    return this.time
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.slept.push(ms)
    this.time += ms
  }
}

/** Replies by route; a list is used up in order and its last entry stays. Tokens are numbered as they are given out. */
export function scripted(
  routes: Readonly<Record<string, Route | readonly Route[]>> = {},
  options: LumoAuthOptions = {},
) {
  const clock = new TestClock()
  const seen: Seen[] = []
  const used = new Map<string, number>()
  let tokens = 0
  const issue = ({ form }: Seen): Reply => {
    tokens += 1
    const kind = form.grant_type === 'client_credentials' ? 'agent' : 'delegated'
    const access_token = `${kind}-${form.resource ? 'base' : 'own'}-${tokens}`
    return { body: { access_token, token_type: 'Bearer', expires_in: 3600 } }
  }
  const defaults: Record<string, Route> = {
    'POST /oauth/token': issue,
    'POST /oauth/revoke': { body: {} },
    'GET /.well-known/oauth-authorization-server': { body: { issuer: BASE } },
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const text = await request.text()
    const isForm = request.headers.get('content-type')?.includes('urlencoded')
    const call: Seen = {
      method: request.method,
      path: url.pathname.replace(/^.*\/api\/v1/, ''),
      query: url.search,
      bearer: request.headers.get('authorization')?.replace('Bearer ', ''),
      headers: request.headers,
      form: isForm ? Object.fromEntries(new URLSearchParams(text)) : {},
      json: text && !isForm ? JSON.parse(text) : undefined,
      redirect: init?.redirect,
    }
    seen.push(call)
    const name = `${call.method} ${call.path}`
    const route = routes[name] ?? defaults[name]
    if (route === undefined) throw new Error(`no route for ${name}`)
    const list = Array.isArray(route) ? route : [route]
    const nth = used.get(name) ?? 0
    used.set(name, nth + 1)
    const step: Route = list[Math.min(nth, list.length - 1)]
    const reply = typeof step === 'function' ? await step(call) : step
    if (reply instanceof Error) throw reply
    const { status = 200, body, headers = {} } = reply
    const raw = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    return new Response(raw ?? null, { status, headers })
  }
  const authority = lumoAuth({
    org: 'acme-corp',
    clientId: 'agt_1',
    clientSecret: SECRET,
    url: 'https://app.lumoauth.dev',
    fetch,
    clock,
    ...options,
  })
  const calls = (path: string) => seen.filter((call) => call.path === path)
  return { authority, clock, seen, calls, issue }
}

/** What the promise rejects with; fails when it does not. */
export async function failure(work: Promise<unknown>): Promise<never> {
  try {
    await work
  } catch (error) {
    return error as never
  }
  throw new Error('expected a rejection')
}

export const advertised = (capabilities: Readonly<Record<string, unknown>>): Reply => ({
  body: { issuer: BASE, lumojit_capabilities: capabilities },
})

export function withResolvers<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
