import { Hono, type Context as HonoContext } from 'hono'
import type { Context } from './context.ts'
import type { Call } from './http/call.ts'
import { createEventsRoute } from './http/events-route.ts'
import { createGatekeeper } from './http/gatekeeper.ts'
import { humanRoutes } from './http/human-routes.ts'
import * as jit from './http/jit-routes.ts'
import * as oauth from './http/oauth-routes.ts'
import { OperationError, type OperationErrorCode } from './operation-error.ts'
import { jwks } from './operations/jwks.ts'
import { metadata } from './operations/metadata.ts'

/** The one place that knows which refusal is which HTTP status. */
const STATUS: Readonly<Record<OperationErrorCode, number>> = {
  invalid_request: 400,
  invalid_authorization_details: 400,
  invalid_state: 400,
  task_not_active: 400,
  invalid_scope: 400,
  invalid_grant: 400,
  unsupported_token_type: 400,
  invalid_callback_url: 400,
  invalid_target: 400,
  unsupported_grant_type: 400,
  invalid_client: 401,
  invalid_token: 401,
  invalid_credentials: 401,
  task_agent_mismatch: 403,
  request_agent_mismatch: 403,
  request_not_approved: 403,
  request_not_redeemable: 403,
  jit_token_not_allowed: 403,
  permission_denied: 403,
  delegation_not_allowed: 403,
  delegation_depth_exceeded: 403,
  origin_not_allowed: 403,
  tenant_not_found: 404,
  task_not_found: 404,
  request_not_found: 404,
  agent_not_found: 404,
  user_not_found: 404,
  delivery_not_found: 404,
  not_found: 404,
  method_not_allowed: 405,
  agent_exists: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  misdirected_request: 421,
  budget_exceeded: 429,
  rate_limit_exceeded: 429,
  server_error: 500,
  too_many_connections: 503,
}

type Handle = (call: Call) => Promise<unknown>

const PREFIXES = ['/orgs/:org/api/v1', '/t/:org/api/v1']
const NO_STORE = 'no-store'
const DISCOVERY = 'public, max-age=3600'
/** Short, so that a new key is known soon. */
const KEYS = 'public, max-age=60'

/** Method, path under the base, success status, caching, and who answers. */
const routes = (): readonly (readonly ['GET' | 'POST', string, number, string, Handle])[] => [
  ['POST', '/jit/task', 201, NO_STORE, jit.postTask],
  ['POST', '/jit/task/:id/complete', 200, NO_STORE, jit.postComplete],
  ['POST', '/jit/task/:id/evaluate', 200, NO_STORE, jit.postEvaluate],
  ['POST', '/jit/request', 201, NO_STORE, jit.postRequest],
  ['GET', '/jit/request/:id/status', 200, NO_STORE, jit.getStatus],
  ['POST', '/jit/request/:id/token', 200, NO_STORE, jit.postToken],
  ['GET', '/jit/pending', 200, NO_STORE, jit.getPending],
  ['POST', '/jit/approve/:id', 200, NO_STORE, jit.postApprove],
  ['POST', '/jit/deny/:id', 200, NO_STORE, jit.postDeny],
  ['POST', '/jit/revoke/:id', 200, NO_STORE, jit.postRevokeRequest],
  ['GET', '/jit/events', 200, NO_STORE, createEventsRoute()],
  ['POST', '/oauth/token', 200, NO_STORE, oauth.postOauthToken],
  ['POST', '/oauth/introspect', 200, NO_STORE, oauth.postIntrospect],
  ['POST', '/oauth/revoke', 200, NO_STORE, oauth.postRevoke],
  ...humanRoutes.map(
    ([method, path, status, handle]) => [method, path, status, NO_STORE, handle] as const,
  ),
  ['GET', '/.well-known/jwks.json', 200, KEYS, ({ context }) => jwks(context)],
  ['GET', '/.well-known/oauth-authorization-server', 200, DISCOVERY, discover],
  ['GET', '/.well-known/openid-configuration', 200, DISCOVERY, discover],
]

const discover: Handle = async ({ context }) => metadata(context)

const answer = (value: unknown, status: number, cacheControl: string): Response => {
  if (value instanceof Response) return value
  return value instanceof ReadableStream
    ? new Response(value, {
        status,
        headers: {
          'content-type': 'text/event-stream',
          'cache-control': cacheControl,
          'x-accel-buffering': 'no',
        },
      })
    : Response.json(value, { status, headers: { 'cache-control': cacheControl } })
}

/** Shape A of contract §13, and the three members that REST clients read. */
const refuse = (error: unknown, request: Request): Response => {
  const known =
    error instanceof OperationError
      ? error
      : new OperationError('server_error', 'The server could not do this.', { cause: error })
  const { code, message, fix, retryAfterMs, rate, members } = known
  const status = STATUS[code]
  const headers = new Headers({ 'cache-control': NO_STORE })
  if (retryAfterMs !== undefined) headers.set('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  if (rate) {
    headers.set('x-ratelimit-limit', String(rate.limit))
    headers.set('x-ratelimit-remaining', '0')
    headers.set('x-ratelimit-reset', String(Math.ceil(rate.resetAt / 1000)))
  }
  const sent = request.headers.get('authorization')
  if (code === 'invalid_token')
    // RFC 6750 §3.1: no error code for whoever sent nothing.
    headers.set('www-authenticate', sent === null ? 'Bearer' : 'Bearer error="invalid_token"')
  if (code === 'invalid_credentials') headers.set('www-authenticate', 'Bearer')
  if (code === 'invalid_client') headers.set('www-authenticate', 'Basic realm="oauth"')
  const body = {
    error: code,
    error_description: fix === undefined ? message : `${message} ${fix}`,
    message,
    code,
    status,
    ...members,
  }
  return Response.json(body, { status, headers })
}

/** Something that is served beside the authority; `undefined`: not its own. */
export type Mounted = (request: Request) => Promise<Response | undefined>

/** Everything over HTTP: LumoAuth's wire under both of its base paths. */
export const createHttp = (
  context: Context,
  mounted: readonly Mounted[] = [],
): ((request: Request) => Promise<Response>) => {
  const { org, issuer, failpoint } = context.configuration
  const admit = createGatekeeper(context.configuration)
  const app = new Hono()

  const handler =
    (name: string, status: number, caching: string, handle: Handle) =>
    async (c: HonoContext): Promise<Response> => {
      if (c.req.param('org') !== org)
        throw new OperationError('tenant_not_found', 'There is no such organization.', {
          fix: `The issuer here is ${issuer}.`,
        })
      const base = new URL(c.req.url).pathname.split('/').slice(0, 5).join('/')
      const id = c.req.param('id') ?? ''
      const value = await handle({ context, request: c.req.raw, base, id })
      if (failpoint) await failpoint(`${name}:before-answer`)
      return answer(value, status, caching)
    }

  const served = new Map<string, string[]>()
  for (const [method, path, status, caching, handle] of routes()) {
    served.set(path, [...(served.get(path) ?? []), method])
    for (const prefix of PREFIXES)
      app.on(method, `${prefix}${path}`, handler(`${method} ${path}`, status, caching, handle))
  }
  for (const [path, methods] of served)
    for (const prefix of PREFIXES)
      app.all(`${prefix}${path}`, (c) => {
        const names = methods.join(' and ')
        const error = new OperationError('method_not_allowed', `Only ${names} is served here.`)
        const refusal = refuse(error, c.req.raw)
        refusal.headers.set('allow', methods.join(', '))
        return refusal
      })
  // RFC 8414 §3.1 puts the well-known part before the issuer's path; LumoAuth puts it behind.
  for (const document of ['oauth-authorization-server', 'openid-configuration'])
    app.get(
      `/.well-known/${document}/orgs/:org/api/v1`,
      handler(document, 200, DISCOVERY, discover),
    )

  app.notFound((c) => refuse(new OperationError('not_found', 'Nothing is served here.'), c.req.raw))
  app.onError((error, c) => refuse(error, c.req.raw))
  return async (request) => {
    try {
      admit(request)
      for (const answerFirst of mounted) {
        const answered = await answerFirst(request)
        if (answered) return answered
      }
      return await app.fetch(request)
    } catch (error) {
      return refuse(error, request)
    }
  }
}
