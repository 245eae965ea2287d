import type { FastifyReply, FastifyRequest, RouteGenericInterface } from 'fastify'
import type { Guard } from './guard.ts'
import { incomingRequest } from './incoming-request.ts'
import type { RequirementOf } from './requirement.ts'
import type { Verified } from './verified.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the token gives, behind the hook `jitGuard`; undefined elsewhere. */
    jit?: Verified
  }
}

/**
 * An `onRequest` hook, for one route or for all: goes on when the token covers `required`, and answers otherwise.
 * What the guard rejects with goes to Fastify's error handler. The body is not parsed yet.
 */
export function jitGuard<Route extends RouteGenericInterface = RouteGenericInterface>(
  guard: Guard,
  required: RequirementOf<FastifyRequest<Route>> = [],
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined> {
  return async (request, reply) => {
    const own = request as FastifyRequest<Route>
    const need = typeof required === 'function' ? () => required(own) : required
    const converted = incomingRequest(request.raw)
    const outcome = converted ? await guard(converted, need) : new Response(null, { status: 400 })
    if (!(outcome instanceof Response)) {
      request.jit = outcome
      return undefined
    }
    const body = new Uint8Array(await outcome.arrayBuffer())
    return reply.code(outcome.status).headers(Object.fromEntries(outcome.headers)).send(body)
  }
}
