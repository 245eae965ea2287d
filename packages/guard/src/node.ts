import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Guard } from './guard.ts'
import { incomingRequest } from './incoming-request.ts'
import type { RequirementOf } from './requirement.ts'
import type { Verified } from './verified.ts'

/** Gives what the token says, or undefined once the refusal has been written. Rejects as the guard does. */
export type NodeGuard = (
  request: IncomingMessage,
  response: ServerResponse,
  required?: RequirementOf<IncomingMessage>,
) => Promise<Verified | undefined>

/** For `node:http`: `const jit = await check(req, res, required)`, and return when it is undefined. */
export function guardNode(guard: Guard): NodeGuard {
  return async (request, response, required = []) => {
    const need = typeof required === 'function' ? () => required(request) : required
    const converted = incomingRequest(request)
    const outcome =
      converted === undefined ? new Response(null, { status: 400 }) : await guard(converted, need)
    if (!(outcome instanceof Response)) return outcome
    response.writeHead(outcome.status, [...outcome.headers].flat())
    response.end(Buffer.from(await outcome.arrayBuffer()))
    return undefined
  }
}
