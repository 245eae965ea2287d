import type { AuthorizationDetails } from '@lumojit/protocol'
import { bearerOf, type Credential, claimsOf, credentialOf } from './pretend-credential.ts'
import type { Handler } from './pretend-net.ts'
import { routeFor } from './pretend-routes.ts'

/** One request that reached the API, answered or refused. */
export interface Arrival {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly credential: Credential
  /** The token's `jti`, which is no secret. */
  readonly jti?: string
  readonly idempotencyKey?: string
  readonly body: string
  /** Of the answer; absent while there is none. */
  status?: number
}

/** Something that was really done. */
export interface Effect {
  readonly method: string
  readonly path: string
  readonly body: string
  readonly idempotencyKey?: string
  readonly jti?: string
}

export interface PretendApi {
  readonly url: string
  readonly audience: string
  /** What was really done, in order. Reads are no effects. */
  effects(): readonly Effect[]
  /** Everything that arrived, in order. */
  seen(): readonly Arrival[]
  /** Replaces whatever the API would do at `path` (without query). The arrival is recorded all the same. */
  script(path: string, handler: Handler): void
  readonly handle: Handler
  /** How many unscripted requests are under way. */
  readonly busy: number
}

export interface ApiOptions {
  readonly url: string
  readonly audience: string
  /** The authority's issuer: tokens with that audience are the agent's own. */
  readonly issuer: string
  /** The guard: the answer to refuse with, or undefined. Without requirement any valid token will do. */
  readonly check: (
    request: Request,
    required: AuthorizationDetails | undefined,
  ) => Promise<Response | undefined>
  /** True: a repeated idempotency key repeats the stored answer. Default false: keys are recorded and ignored. */
  readonly idempotent?: boolean
}

export function pretendApi(options: ApiOptions): PretendApi {
  const effects: Effect[] = []
  const seen: Arrival[] = []
  const scripts = new Map<string, Handler>()
  const stored = new Map<string, Response>()
  let busy = 0

  const work = async (request: Request, path: string, arrival: Arrival): Promise<Response> => {
    if (path === '/v1/plain-403') {
      return Response.json(
        { error: 'forbidden', detail: 'this body is the tool’s' },
        { status: 403 },
      )
    }
    const route = routeFor(request.method, path)
    if (!route) return Response.json({ error: 'not_found' }, { status: 404 })
    const refused = await options.check(request, route.needs({ path, body: arrival.body }))
    if (refused) return refused
    const key = arrival.idempotencyKey
    if (options.idempotent && key !== undefined) {
      const before = stored.get(key)
      if (before) return before.clone()
    }
    const response = Response.json(
      route.answer({ path, body: arrival.body, bearer: bearerOf(request) ?? '' }),
      { status: request.method === 'GET' ? 200 : 201 },
    )
    if (request.method !== 'GET') effects.push(effectOf(arrival))
    if (key !== undefined) stored.set(key, response.clone())
    return response
  }
  const handle: Handler = async (request) => {
    const { pathname, search } = new URL(request.url)
    const key = request.headers.get('idempotency-key')
    const claims = claimsOf(bearerOf(request))
    const arrival: Arrival = {
      method: request.method,
      path: pathname + search,
      credential: credentialOf(bearerOf(request), options.issuer),
      ...(typeof claims?.jti === 'string' ? { jti: claims.jti } : {}),
      ...(key === null ? {} : { idempotencyKey: key }),
      body: await request.clone().text(),
    }
    seen.push(arrival)
    const script = scripts.get(pathname)
    let response: Response
    if (script) {
      response = await script(request)
    } else {
      busy++
      try {
        response = await work(request, pathname, arrival)
      } finally {
        busy--
      }
    }
    arrival.status = response.status
    return response
  }
  return {
    url: options.url,
    audience: options.audience,
    effects: () => effects,
    seen: () => seen,
    script: (path, handler) => void scripts.set(path, handler),
    handle,
    get busy() {
      return busy
    },
  }
}

function effectOf({ method, path, body, idempotencyKey, jti }: Arrival): Effect {
  return {
    method,
    path,
    body,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(jti === undefined ? {} : { jti }),
  }
}
