import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { HumanSideNews } from '../human-side.ts'
import { READERS, requireRight } from '../rights.ts'

export interface WatchHumanSideInput {
  readonly by: Caller
  readonly signal?: AbortSignal
}

/** What another process changed is not heard here: so often whoever listens is told to look by itself. */
const LOOK_MS = 10_000
/** Kept for a listener that is slow; past that it is told to look instead. */
const MOST = 500

/** That something changed, in batches: everything since the batch before. Ends with its signal or the authority. */
export async function* watchHumanSide(
  context: Context,
  input: WatchHumanSideInput,
): AsyncGenerator<readonly HumanSideNews[], void, void> {
  requireRight(context, input.by, READERS)
  const { signal } = input
  const ending = signal ? AbortSignal.any([signal, context.closing]) : context.closing
  let news: HumanSideNews[] = []
  let wake = () => {}
  const stop = context.changes.listen((each) => {
    if (news.length < MOST) news.push(each)
    else news = [{ kind: 'look' }]
    wake()
  })
  try {
    while (!ending.aborted) {
      if (news.length === 0) {
        const done = new AbortController()
        const end = () => done.abort()
        ending.addEventListener('abort', end, { once: true })
        const heard = new Promise<void>((resolve) => {
          wake = resolve
        })
        await Promise.race([heard, context.clock.sleep(LOOK_MS, done.signal).catch(() => {})])
        ending.removeEventListener('abort', end)
        done.abort()
      }
      if (ending.aborted) return
      const batch: readonly HumanSideNews[] = news.length === 0 ? [{ kind: 'look' }] : news
      news = []
      yield batch
    }
  } finally {
    stop()
  }
}
