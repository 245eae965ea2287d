import type { AuthorityMetadata } from './authority-metadata.ts'
import type { CachedDocument } from './cached-document.ts'
import { fetchJson, type Io } from './fetch-json.ts'
import { notOffered, refusedOrUnreachable, unreadable } from './introspection-faults.ts'
import type { IntrospectionOptions } from './options.ts'
import { sha256 } from './sha256.ts'

// Counted from when the question was sent, so that an answer never speaks of a moment further back.
const BELIEVED_MS = 1_000
const MOST_ENTRIES = 10_000

/** RFC 7662 §2.2. Everything but `active` is the authority's to leave out. */
export type Introspected = Readonly<Record<string, unknown>> & { readonly active: boolean }

interface Question {
  readonly askedAt: number
  readonly answer: Promise<Introspected>
}

/**
 * Asks the authority about a token. `active: true` is believed for a second after the question was sent, `active: false`
 * never again; callers with the same token share a question younger than that. Rejects with GuardError.
 */
export class Introspection {
  readonly #io: Io
  readonly #options: IntrospectionOptions
  readonly #metadata: CachedDocument<AuthorityMetadata>
  readonly #closed: AbortSignal
  /** By hash: a memory dump of an API should hold no token that nobody is using. Oldest first. */
  readonly #questions = new Map<string, Question>()

  constructor(
    io: Io,
    options: IntrospectionOptions,
    metadata: CachedDocument<AuthorityMetadata>,
    closed: AbortSignal,
  ) {
    this.#io = io
    this.#options = options
    this.#metadata = metadata
    this.#closed = closed
  }

  async ask(token: string): Promise<Introspected> {
    const key = await sha256(token)
    const now = this.#io.clock.now()
    const known = this.#questions.get(key)
    if (known !== undefined && now - known.askedAt < BELIEVED_MS) return known.answer
    const question = { askedAt: now, answer: this.#send(token) }
    this.#forgetOld(now)
    this.#questions.delete(key)
    this.#questions.set(key, question)
    const forget = () => {
      if (this.#questions.get(key) === question) this.#questions.delete(key)
    }
    void question.answer.then((answer) => answer.active || forget(), forget)
    return question.answer
  }

  /** Asks about a token that cannot exist: wrong credentials show at start-up. */
  async ready(): Promise<void> {
    await this.#send(crypto.randomUUID())
  }

  async #send(token: string): Promise<Introspected> {
    const { clientId, clientSecret } = this.#options
    const url = this.#options.endpoint ?? (await this.#metadata.get()).introspectionEndpoint
    if (url === undefined) throw notOffered()
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`
    let answer: unknown
    try {
      answer = await fetchJson(this.#io, url, this.#closed, {
        fields: { token, token_type_hint: 'access_token' },
        authorization: `Basic ${btoa(pair)}`,
      })
    } catch (cause) {
      throw refusedOrUnreachable(url, cause)
    }
    if (!isIntrospected(answer)) throw unreadable(url)
    return answer
  }

  #forgetOld(now: number): void {
    for (const [key, { askedAt }] of this.#questions) {
      const isOld = now - askedAt >= BELIEVED_MS
      if (!isOld && this.#questions.size < MOST_ENTRIES) return
      this.#questions.delete(key)
    }
  }
}

const isIntrospected = (value: unknown): value is Introspected =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { readonly active?: unknown }).active === 'boolean'
