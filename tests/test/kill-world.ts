import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ORG = 'acme-corp'
export const AGENT = { id: 'agt_1', secret: 'worth nothing outside this test' }
export const USER = { id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'] }
export const ADMIN = { id: 'u_root', email: 'root@acme-corp.com', rights: ['jit.admin'] }
export type Order = 'arm' | 'call' | 'rotate' | 'anchor' | 'sweep' | 'sign-in' | 'verify'

/** The process died before it answered. */
export class Died extends Error {}

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any
}

/** An authority that can be killed at a point, and comes back on the same file and the same port. */
export class MortalAuthority {
  readonly #path: string
  #port = 0
  #child: ChildProcess | undefined
  #gone: Promise<unknown> = Promise.resolve()
  #orders = 0
  url = ''

  constructor(path: string) {
    this.#path = path
  }

  get base(): string {
    return `${this.url}/orgs/${ORG}/api/v1`
  }

  async start(): Promise<void> {
    const module = fileURLToPath(new URL('kill-child.ts', import.meta.url))
    const execArgv = ['--conditions=@lumojit/source', '--disable-warning=ExperimentalWarning']
    const NODE_COMPILE_CACHE = join(tmpdir(), 'lumojit-compile-cache')
    const env = { ...process.env, NODE_COMPILE_CACHE }
    const child = fork(module, [this.#path, String(this.#port)], { execArgv, env })
    const gone = once(child, 'exit')
    const [started] = (await Promise.race([
      once(child, 'message'),
      gone.then(([code, signal]) => {
        throw new Error(`The authority left with ${code ?? signal}.`)
      }),
    ])) as [{ url: string }]
    this.#child = child
    this.#gone = gone
    this.url = started.url
    this.#port = Number(new URL(started.url).port)
  }

  /** An operation of the authority in its process: what it gave, or the code it refused with. */
  async operate<T>(operation: string, input: object): Promise<{ value?: T; code?: string }> {
    return this.order('call', undefined, { operation, input })
  }

  async order(
    order: Order,
    point?: string,
    call?: { readonly operation: string; readonly input: object },
    // biome-ignore lint/suspicious/noExplicitAny: whatever the operation gives
  ): Promise<{ token?: string; problems?: unknown[]; value?: any; code?: string }> {
    const child = this.#child
    if (!child) throw new Died()
    const id = ++this.#orders
    child.send({ id, order, point, call })
    for (;;) {
      const [answer] = await Promise.race([
        once(child, 'message'),
        this.#gone.then(() => {
          throw new Died()
        }),
      ])
      if (answer.id === id) return answer
    }
  }

  async call(method: string, path: string, token?: string, body?: object): Promise<Answer> {
    const form = body instanceof URLSearchParams
    const response = await fetch(this.base + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && !form && { 'content-type': 'application/json' }),
        ...(body !== undefined && 'key' in body && { 'idempotency-key': String(body.key) }),
      },
      ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    }).catch(() => {
      throw new Died()
    })
    const text = await response.text().catch(() => {
      throw new Died()
    })
    return { status: response.status, body: JSON.parse(text) }
  }

  /** Waits for the end of a process that was killed; rejects when it goes on living. */
  async death(): Promise<NodeJS.Signals | null> {
    const [, signal] = (await this.#gone) as [number | null, NodeJS.Signals | null]
    this.#child = undefined
    return signal
  }

  async stop(): Promise<void> {
    this.#child?.disconnect()
    await this.#gone
  }

  kill(): void {
    this.#child?.kill('SIGKILL')
  }
}
