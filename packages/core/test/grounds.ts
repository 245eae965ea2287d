import {
  type Authority,
  AuthorityError,
  type Decision,
  type Grant,
  type PermissionRequest,
  type RequestRef,
  Secret,
} from '@lumojit/protocol'
import type { Clock } from '../src/clock.ts'
import type { JitEvent } from '../src/events.ts'
import { groundOf, type JitOptions } from '../src/options.ts'
import { TaskState } from '../src/task-state.ts'

export const API = 'https://api.example.com'

/** Time that stands still until it is moved. */
export class HandClock implements Clock {
  time = 1_700_000_000_000
  readonly #sleepers = new Set<{ due: number; wake: () => void }>()
  now(): number {
    return this.time
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = () => {
        this.#sleepers.delete(sleeper)
        reject(signal?.reason)
      }
      const wake = () => {
        this.#sleepers.delete(sleeper)
        signal?.removeEventListener('abort', stop)
        resolve()
      }
      const sleeper = { due: this.time + ms, wake }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', stop, { once: true })
    })
  }
  get sleeping(): number {
    return this.#sleepers.size
  }
  async advance(ms: number): Promise<void> {
    this.time += ms
    for (const { due, wake } of [...this.#sleepers]) if (due <= this.time) wake()
    await turns()
  }
}

/** Lets everything run that needs no time. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits until something is so; hashing is done on other threads and takes turns nobody can count. */
export async function until(so: () => boolean): Promise<void> {
  const end = Date.now() + 10_000
  while (!so()) {
    if (Date.now() > end) throw new Error('never became so')
    await turns(1)
  }
}

/** An authority that grants everything at once, counts, and does as a test says instead. */
export function authority(more: Partial<Authority> & { readonly clock?: Clock } = {}) {
  const { clock, ...methods } = more
  const calls: string[] = []
  const asked: PermissionRequest[] = []
  let made = 0
  const ref = (): RequestRef => ({ taskId: 'task-1', requestId: `request-${++made}` })
  const made_ = (of: RequestRef, request: PermissionRequest): Grant => ({
    ref: of,
    resource: request.resource,
    token: new Secret(`grant-${of.requestId}-${++made}`),
    scheme: 'Bearer',
    asked: request.permission,
    granted: request.permission,
    reuse: request.reuse,
    expiresAt: (clock ?? Date).now() + 600_000,
  })
  const port: Authority = {
    id: 'https://authority.example.com',
    owns: (url) => url.host === 'authority.example.com',
    capabilities: async () => ({
      manyDetails: true,
      scope: true,
      bindsAudience: true,
      tasks: 'server',
    }),
    openTask: async () => ({ id: 'task-1' }),
    completeTask: async ({ id }, grants) => ({ taskId: id, revoked: grants.length, unrevoked: [] }),
    request: async (): Promise<Decision> => ({ status: 'granted', ref: ref() }),
    status: async (of): Promise<Decision> => ({ status: 'granted', ref: of }),
    redeem: async (of, request) => made_(of, request),
    revoke: async () => true,
    withdraw: async () => true,
    baseToken: async () => new Secret('base-token'),
    stateKey: async () => new Uint8Array(32).fill(7),
    ...methods,
  }
  // Every call is written down, whoever answers it.
  const counted = Object.fromEntries(
    Object.entries(port).map(([name, member]) =>
      typeof member === 'function' && name !== 'owns'
        ? [
            name,
            (...args: unknown[]) => {
              calls.push(name)
              if (name === 'request') asked.push(args[1] as PermissionRequest)
              return (member as (...all: unknown[]) => unknown)(...args)
            },
          ]
        : [name, member],
    ),
  ) as unknown as Authority
  const count = (name: keyof Authority) => calls.filter((call) => call === name).length
  return { port: counted, calls, asked, count, ref, grant: made_ }
}

export const unreachable = () => new AuthorityError('unreachable', 'No answer.')

/** What a resource says when document reading is missing. */
export function challenge(detail: object = { type: 'document', actions: ['read'] }): Response {
  const header = btoa(JSON.stringify(detail))
  return Response.json(
    { error: 'insufficient_authorization' },
    {
      status: 403,
      headers: {
        'WWW-Authenticate': `Bearer error="insufficient_authorization", authorization_details="${header}"`,
      },
    },
  )
}

export interface Sent {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: string | undefined
  readonly init: RequestInit
}

/** A `fetch` that answers as told, and keeps what was sent. */
export function network(answer: (sent: Sent, nth: number) => Response | Promise<Response>) {
  const sent: Sent[] = []
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const body =
      init.body === undefined || init.body === null
        ? undefined
        : await new Response(init.body).text()
    const seen: Sent = {
      url: String(input),
      method: init.method ?? 'GET',
      headers: new Headers(init.headers),
      body,
      init,
    }
    sent.push(seen)
    init.signal?.throwIfAborted()
    return answer(seen, sent.length)
  }
  return { fetch, sent }
}

/** Options of an engine over these pretences. */
export function options(more: Partial<JitOptions> = {}): JitOptions {
  return { authority: authority().port, resources: [API], ...more }
}

/** One task from within. */
export function taskOn(more: Partial<JitOptions> = {}, subject = 'alice') {
  const events: JitEvent[] = []
  const ground = groundOf(options({ onEvent: (event) => events.push(event), ...more }))
  const task = new TaskState(ground, async () => ({
    record: await ground.authority.openTask({}),
    options: {},
    subject,
    requests: [],
    resumed: false,
  }))
  return { task, ground, events }
}
