import type { Request as ExpressRequest, RequestHandler } from 'express'
import type { Guard } from './guard.ts'
import { incomingRequest } from './incoming-request.ts'
import type { RequirementOf } from './requirement.ts'
import type { Verified } from './verified.ts'

/** What `res.locals` holds behind {@link jitGuard}. */
export interface JitLocals extends Record<string, unknown> {
  jit: Verified
}

type Handler<Params> = RequestHandler<Params, unknown, unknown, ExpressRequest['query'], JitLocals>

/**
 * Calls the next handler when the token covers `required`, and answers otherwise. What the guard rejects with goes to
 * Express's error handler. Reads no body: put it before parsers.
 */
export function jitGuard<Params = ExpressRequest['params']>(
  guard: Guard,
  required: RequirementOf<Parameters<Handler<Params>>[0]> = [],
): Handler<Params> {
  return async (request, response, next) => {
    try {
      const need = typeof required === 'function' ? () => required(request) : required
      // Inside a mounted router `url` lacks its beginning.
      const { method, rawHeaders, originalUrl: url } = request
      const converted = incomingRequest({ method, rawHeaders, url })
      const outcome = converted ? await guard(converted, need) : new Response(null, { status: 400 })
      if (outcome instanceof Response) {
        const body = new Uint8Array(await outcome.arrayBuffer())
        response.writeHead(outcome.status, [...outcome.headers].flat())
        response.end(body)
        return
      }
      response.locals.jit = outcome
    } catch (error) {
      next(error)
      return
    }
    next()
  }
}
