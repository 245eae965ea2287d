import { createHash } from 'node:crypto'
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose'
import { createGuard, type Guard, type GuardError, type GuardOptions } from '../src/index.ts'
import { ManualClock } from './manual-clock.ts'

export const ISSUER = 'https://auth.example/orgs/acme-corp/api/v1'
export const AUDIENCE = 'https://api.acme-corp.com'
export const READ = { type: 'document_access', actions: ['read'], identifier: 'doc_9982' } as const

export const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url')

export async function keyPair(kid: string, alg = 'ES256') {
  const pair = await generateKeyPair(alg, { extractable: true })
  return { ...pair, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg } as JWK }
}

/** One open connection to the feed, as the authority sees it. */
export interface Line {
  readonly headers: Headers
  readonly aborted: () => boolean
  send(event: string, data: unknown, id?: string): void
  raw(text: string): void
  end(): void
  cut(): void
}

/** An authority behind a `fetch`, on a clock that stands still: metadata, keys, feed, all changeable under way. */
export class PretendAuthority {
  readonly clock = new ManualClock()
  readonly key: Awaited<ReturnType<typeof keyPair>>
  readonly requests: string[] = []
  readonly lines: Line[] = []
  readonly faults: GuardError[] = []
  jwks: { keys: JWK[] }
  metadata: Record<string, unknown> = {
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    introspection_endpoint: `${ISSUER}/oauth/introspect`,
    lumojit_capabilities: { events_endpoint: `${ISSUER}/jit/events` },
  }
  /** What introspection says of a token, and who asked how. */
  introspect: (token: string) => unknown = () => ({ active: false })
  readonly questions: { readonly headers: Headers; readonly form: URLSearchParams }[] = []
  /** What every new connection hears first; '' keeps it waiting for `ready`. */
  greeting = 'event: ready\ndata: {}\nid: 1\n\n'
  /** Last path segments that answer with this status, or not at all when it is 0. */
  readonly down = new Map<string, number>()
  #guards: Guard[] = []

  private constructor(key: PretendAuthority['key']) {
    this.key = key
    this.jwks = { keys: [key.jwk] }
  }

  static async open(): Promise<PretendAuthority> {
    return new PretendAuthority(await keyPair('k1'))
  }

  guard(options: Partial<GuardOptions> = {}): Guard {
    const guard = createGuard({
      issuer: ISSUER,
      audience: AUDIENCE,
      clock: this.clock,
      fetch: this.fetch,
      onFault: (fault) => this.faults.push(fault),
      ...options,
    })
    this.#guards.push(guard)
    return guard
  }

  async close(): Promise<void> {
    await Promise.all(this.#guards.map((guard) => guard.close()))
  }

  /** A JIT token over {@link READ}; `undefined` leaves a claim out. */
  token(
    claims: Record<string, unknown> = {},
    header: Partial<JWTHeaderParameters> = {},
    key: { readonly privateKey: CryptoKey } = this.key,
  ): Promise<string> {
    const now = this.clock.seconds
    return new SignJWT({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: 'agent:research-bot:task:task_1',
      agent_id: 'agt_research-bot',
      client_id: 'agt_research-bot',
      task_id: 'task_1',
      jit: true,
      jti: 'jti_1',
      iat: now,
      exp: now + 300,
      authorization_details: [READ],
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
      .sign(key.privateKey)
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = String(input)
    const path = url.slice(url.lastIndexOf('/') + 1)
    this.requests.push(path)
    const status = this.down.get(path)
    if (status === 0) throw new TypeError('fetch failed')
    // With what it would have said: only the status tells that it is down.
    const document = path === 'jwks.json' ? this.jwks : this.metadata
    if (status !== undefined) return Response.json(document, { status })
    if (url === `${ISSUER}/.well-known/oauth-authorization-server`) {
      return Response.json(this.metadata)
    }
    if (url === `${ISSUER}/.well-known/jwks.json`) return Response.json(this.jwks)
    if (url === `${ISSUER}/jit/events`) return this.#stream(init)
    if (url === `${ISSUER}/oauth/introspect`) {
      const form = new URLSearchParams(String(init?.body))
      this.questions.push({ headers: new Headers(init?.headers), form })
      return Response.json(await this.introspect(form.get('token') ?? ''))
    }
    return new Response(null, { status: 404 })
  }

  #stream(init: RequestInit | undefined): Response {
    const encoder = new TextEncoder()
    const signal = init?.signal
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        signal?.addEventListener('abort', () => {
          try {
            controller.error(signal.reason)
          } catch {
            // Already over.
          }
        })
        const raw = (text: string) => controller.enqueue(encoder.encode(text))
        this.lines.push({
          headers: new Headers(init?.headers),
          aborted: () => signal?.aborted === true,
          raw,
          send: (event, data, id) =>
            raw(`event: ${event}\ndata: ${JSON.stringify(data)}\n${id ? `id: ${id}\n` : ''}\n`),
          end: () => controller.close(),
          cut: () => controller.error(new TypeError('terminated')),
        })
        if (this.greeting !== '') raw(this.greeting)
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
}

export function call(token?: string, url = `${AUDIENCE}/v1/documents/doc_9982`): Request {
  return new Request(
    url,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  )
}

/** The refusal, or a failed test when the call was let in. */
export async function refusal(outcome: Promise<unknown>) {
  const response = await outcome
  if (!(response instanceof Response)) throw new Error('The call was let in.')
  const { status, headers } = response
  const text = await response.text()
  const error = text === '' ? undefined : (JSON.parse(text) as { error: string }).error
  return { status, headers, text, error }
}
