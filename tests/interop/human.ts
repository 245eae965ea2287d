/** A question as a person sees it. */
export interface Asked {
  readonly request_id: string
  readonly authorization_details: readonly {
    readonly type: string
    readonly actions?: readonly string[]
  }[]
  readonly justification: string | null
}

export interface Human {
  /** Every question there was, in the order it was seen. */
  readonly saw: readonly Asked[]
  /** What to do with each question from now on, after having thought for so many milliseconds. */
  will(decision: Will, thinkMs?: number): void
  close(): Promise<void>
}

/** `wait`: looks, and decides nothing. */
export type Will = 'approve' | 'deny' | 'wait'

/** Dana, with LumoAuth's API for approvers. Decides nothing until told. */
export function startHuman(issuer: string, token: () => Promise<string>): Human {
  const saw = new Map<string, { readonly asked: Asked; readonly at: number }>()
  const decided = new Set<string>()
  let way: { readonly decision: Will; readonly thinkMs: number } = { decision: 'wait', thinkMs: 0 }
  let bearer: string | undefined
  const call = async (path: string, init: RequestInit = {}) => {
    bearer ??= await token()
    return fetch(`${issuer}/jit/${path}`, {
      ...init,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    })
  }
  const look = async () => {
    const { pending_requests: waiting }: { pending_requests: Asked[] } = await (
      await call('pending')
    ).json()
    for (const asked of waiting) {
      const { request_id: id } = asked
      const seen = saw.get(id) ?? { asked, at: Date.now() }
      saw.set(id, seen)
      if (way.decision === 'wait' || decided.has(id) || Date.now() - seen.at < way.thinkMs) continue
      decided.add(id)
      const body = JSON.stringify({ agent_message: `Dana says: ${way.decision}` })
      const answer = await call(`${way.decision}/${id}`, { method: 'POST', body })
      if (!answer.ok) throw new Error(`${way.decision}: ${answer.status} ${await answer.text()}`)
    }
  }
  const leaving = new AbortController()
  const watching = (async () => {
    while (!leaving.signal.aborted) {
      await look()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  // Whatever goes wrong is thrown where somebody waits for it.
  watching.catch(() => {})
  return {
    get saw() {
      return [...saw.values()].map(({ asked }) => asked)
    },
    will(decision, thinkMs = 0) {
      way = { decision, thinkMs }
    },
    async close() {
      leaving.abort()
      await watching
    },
  }
}
