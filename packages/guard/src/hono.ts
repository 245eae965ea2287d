import type { Context, MiddlewareHandler } from 'hono'
import type { Guard } from './guard.ts'
import type { RequirementOf } from './requirement.ts'
import type { Verified } from './verified.ts'

/** What `c.get('jit')` gives behind {@link jitGuard}. */
export interface JitEnv {
  Variables: { jit: Verified }
}

/** Lets a call through to the next handler when its token covers `required`, and answers it otherwise. */
export function jitGuard<Path extends string = string>(
  guard: Guard,
  required: RequirementOf<Context<JitEnv, Path>> = [],
): MiddlewareHandler<JitEnv, Path> {
  return async (c, next) => {
    const need = typeof required === 'function' ? () => required(c) : required
    const outcome = await guard(c.req.raw, need)
    if (outcome instanceof Response) return outcome
    c.set('jit', outcome)
    await next()
    return undefined
  }
}
