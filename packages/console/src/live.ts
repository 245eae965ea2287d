import type { AuthorityServer, HumanSideNews, UserCaller } from '@lumojit/authority'

/** What a page may have to ask for again. */
type Topic = 'pending' | 'grants' | 'tasks'

const TOPICS: Readonly<Record<HumanSideNews['kind'], readonly Topic[]>> = {
  asked: ['pending', 'tasks'],
  decided: ['pending', 'tasks'],
  redeemed: ['grants', 'tasks'],
  revoked: ['pending', 'grants', 'tasks'],
  'task-opened': ['tasks'],
  'task-ended': ['pending', 'grants', 'tasks'],
  agent: ['pending', 'grants', 'tasks'],
  look: ['pending', 'grants', 'tasks'],
}

/** Pages hear of changes at most this often; what comes in between comes together. */
const EVERY_MS = 250
/** So often the session is looked at again, however much is going on. */
const CHECK_MS = 10_000

/**
 * The live line of one page, as server-sent events without content: a page that hears its topic asks for itself again, with its
 * own rights. It ends when `allowed` no longer holds; the page then comes back with its newest cookie, or learns that it is
 * signed out.
 */
export const liveLine = (
  { operations }: AuthorityServer,
  {
    by,
    allowed,
    ended,
    closing,
    now,
  }: {
    readonly by: UserCaller
    readonly allowed: () => Promise<boolean>
    readonly ended: () => void
    readonly closing: AbortSignal
    readonly now: () => number
  },
): ReadableStream<Uint8Array> => {
  const leaving = new AbortController()
  const signal = AbortSignal.any([leaving.signal, closing])
  const encoder = new TextEncoder()
  const tell = (topics: Iterable<Topic>) =>
    encoder.encode([...topics].map((topic) => `event: ${topic}\ndata: \n\n`).join(''))

  async function* lines(): AsyncGenerator<Uint8Array, void, void> {
    // Listening begins before the page is told to look: what comes in between is told next.
    const news = operations.watchHumanSide({ by, signal })
    let coming = news.next()
    coming.catch(() => {})
    let checked = now()
    yield tell(['pending', 'grants', 'tasks'])
    for (let batch = await coming; !batch.done; batch = await coming) {
      if (now() - checked >= CHECK_MS || batch.value.some(({ kind }) => kind === 'look')) {
        if (!(await allowed())) break
        checked = now()
      }
      coming = news.next()
      coming.catch(() => {})
      yield tell(new Set(batch.value.flatMap(({ kind }) => TOPICS[kind])))
      await pause(EVERY_MS, signal)
    }
    leaving.abort()
  }
  const source = lines()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await source.next()
        if (!done) return controller.enqueue(value)
      } catch {
        // A line that breaks is a line that ended: the page opens another.
      }
      ended()
      controller.close()
    },
    async cancel() {
      leaving.abort()
      ended()
      await source.return()
    },
  })
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
