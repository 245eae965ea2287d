import type { AuthorizationDetails } from '@lumojit/protocol'
import type { Handler } from './pretend-net.ts'

/** What a request brought along: nothing, the resource token, the agent's own token, a grant, or something unreadable. */
export type Credential = 'none' | 'base' | 'shared' | 'grant' | 'unreadable'

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

/** Says what a request needs and what doing it means. */
export interface Route {
  /** Undefined: any valid token will do. */
  needs(request: { readonly path: string; readonly body: string }): AuthorizationDetails | undefined
  /** The answer's JSON. */
  answer(request: {
    readonly path: string
    readonly body: string
    readonly bearer: string
  }): unknown
}

/** The guard as the API uses it. */
export interface Door {
  check(request: Request, required: AuthorizationDetails | undefined): Promise<Response | undefined>
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
  readonly door: () => Door
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
    const refused = await options.door().check(request, route.needs({ path, body: arrival.body }))
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
      credential: credentialOf(bearerOf(request), claims, options.issuer),
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

/** What Acme offers. Risk, by the documented table: reads are low, writes medium, user data and payments critical. */
function routeFor(method: string, path: string): Route | undefined {
  const [, v, kind, id, part] = path.split('/')
  if (v !== 'v1' || kind === undefined) return undefined
  const name = id === undefined ? undefined : decodeURIComponent(id)
  switch (`${method} ${kind}${part === undefined ? '' : `/${part}`}`) {
    case 'GET documents':
    case 'HEAD documents':
      return name === undefined
        ? undefined
        : simple('file_access', ['read'], name, { text: `text of ${name}` })
    case 'POST documents/summaries':
      return name === undefined ? undefined : simple('file_access', ['write'], name, { done: true })
    case 'GET vault':
      return name === undefined
        ? undefined
        : simple('user_data', ['read'], name, { secret: `about ${name}` })
    case 'DELETE documents':
      return name === undefined
        ? undefined
        : simple('file_access', ['delete'], name, { done: true })
    case 'POST payments':
      return {
        needs: ({ body }) => [
          { type: 'payment', actions: ['initiate'], identifier: invoiceOf(body) },
        ],
        answer: ({ body }) => ({ paid: invoiceOf(body) }),
      }
    case 'GET echo':
      return {
        needs: () => [{ type: 'file_access', actions: ['read'], identifier: 'echo' }],
        answer: ({ bearer }) => ({ bearer, nested: [{ header: `Bearer ${bearer}` }] }),
      }
    case 'GET free':
      return { needs: () => undefined, answer: () => ({ free: true }) }
    default:
      return undefined
  }
}

function simple(type: string, actions: string[], identifier: string, answer: unknown): Route {
  return { needs: () => [{ type, actions, identifier }], answer: () => answer }
}

function invoiceOf(body: string): string {
  try {
    const { invoice } = JSON.parse(body) as { invoice?: unknown }
    return typeof invoice === 'string' ? invoice : 'unnamed'
  } catch {
    return 'unnamed'
  }
}

function bearerOf(request: Request): string | undefined {
  const header = request.headers.get('authorization')
  return header?.match(/^Bearer (.+)$/i)?.[1]
}

interface Claims {
  readonly jti?: unknown
  readonly jit?: unknown
  readonly aud?: unknown
}

function claimsOf(token: string | undefined): Claims | undefined {
  try {
    const part = token?.split('.')[1]
    return part === undefined ? undefined : JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}

function credentialOf(
  token: string | undefined,
  claims: Claims | undefined,
  issuer: string,
): Credential {
  if (token === undefined) return 'none'
  if (claims === undefined) return 'unreadable'
  if (claims.jit === true) return 'grant'
  return [claims.aud].flat().includes(issuer) ? 'shared' : 'base'
}
