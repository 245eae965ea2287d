import {
  createRequestStateCodec,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { principalOf } from './principal.ts'

/** What a client keeps between two rounds of one call: which call it is, and the sealed handle of its wait. */
export interface Kept {
  /** Hash of principal, run, tool and arguments. */
  readonly line: string
  readonly key: string
  readonly handle: string
}

/** As long as a task may be open; what it names ends sooner, and that is looked up. */
export const KEPT_SECONDS = 86_400

/** Signed, and bound to whom it was given and to the method: anything else is answered -32602 before a tool hears of it. */
export function requestStateCodec(stateKey: string | Uint8Array): RequestStateCodec<Kept> {
  return createRequestStateCodec<Kept>({
    key: stateKey,
    ttlSeconds: KEPT_SECONDS,
    bind: (context) => JSON.stringify([context.mcpReq.method, principalOf(context)]),
  })
}

/** What came back, verified; undefined for nothing, and for a server that was not given `serverOptions` and got something else. */
export async function keptOf(
  codec: RequestStateCodec<Kept>,
  context: ServerContext,
): Promise<Kept | undefined> {
  const state = context.mcpReq.requestState<Kept | string>()
  if (typeof state !== 'string') return state
  return codec.verify(state, context).catch(() => undefined)
}
