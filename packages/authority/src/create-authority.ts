import type { Authority } from '@lumojit/protocol'
import { startCaretaker } from './caretaker.ts'
import { Changes } from './changes.ts'
import { readConfiguration } from './configuration.ts'
import { type Context, type Counts, noCounts } from './context.ts'
import { createDirectory } from './directory.ts'
import { createHttp, type Mounted } from './http.ts'
import { inProcessAuthority } from './in-process.ts'
import { createKeyring } from './keyring.ts'
import { memoryStore } from './memory-store.ts'
import { bindOperations, type Operations } from './operations.ts'
import type { AuthorityOptions } from './options.ts'
import { createPostCallback, type PostCallback } from './post-callback.ts'
import { createRateLimits } from './rate-limits.ts'
import { riskTable } from './rules.ts'

export interface AuthorityServer {
  /** `{url}/orgs/{org}/api/v1`, whichever path a caller uses. */
  readonly issuer: string
  readonly url: string
  /** The server: mount it in anything that speaks the Fetch API. Never rejects. */
  fetch(request: Request): Promise<Response>
  /**
   * Lets something else answer first, under the same names: `Host` and `Origin` are checked before it. What
   * it answers with `undefined` is the authority's.
   */
  mount(answerFirst: Mounted): void
  /** Every verb as a plain function; they reject with `OperationError`. */
  readonly operations: Operations
  /** PORT Authority for one agent, in this process: the same operations without HTTP. */
  asAuthority(options: { readonly agentId: string }): Authority
  /** A snapshot of what has been done since the start. */
  counts(): Readonly<Counts>
  /**
   * Anchors the audit every minute, sends callbacks and tells webhooks, until the authority closes. A server does this;
   * `serveAuthority` calls it. Settles when all of it has ended.
   */
  work(options?: { readonly post?: PostCallback }): Promise<void>
  /** Ends waits and feeds. What was decided stays in the store. Idempotent. */
  close(): void
}

/** @throws {ConfigurationError} when an option cannot be worked with. */
export const createAuthority = (options: AuthorityOptions): AuthorityServer => {
  const configuration = readConfiguration(options)
  const closing = new AbortController()
  const store = options.store ?? memoryStore()
  store.subscribe(configuration.webhooks.map(({ url, events }) => ({ url, events })))
  const context: Context = {
    configuration,
    directory: createDirectory(configuration, store, configuration.clock),
    store,
    rules: options.rules ?? riskTable(),
    keyring: createKeyring(store, configuration.clock, options.keys),
    rateLimits: createRateLimits(configuration.rates, configuration.clock),
    clock: configuration.clock,
    changes: new Changes(),
    counts: noCounts(),
    closing: closing.signal,
  }
  const mounted: Mounted[] = []
  return {
    issuer: configuration.issuer,
    url: configuration.url.origin,
    fetch: createHttp(context, mounted),
    mount: (answerFirst) => void mounted.push(answerFirst),
    operations: bindOperations(context),
    asAuthority: ({ agentId }) => inProcessAuthority(context, agentId),
    async work({ post } = {}) {
      const { loopbackCallbacks: loopback } = configuration
      const toPublic = post ?? createPostCallback({ loopback })
      const anywhere = post ?? createPostCallback({ loopback, anywhere: true })
      await startCaretaker(context, toPublic, (allowed) => (allowed ? anywhere : toPublic))
    },
    counts: () => ({ ...context.counts }),
    close: () => closing.abort(),
  }
}
