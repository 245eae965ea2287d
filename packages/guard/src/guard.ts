import { authorityKeys } from './authority-keys.ts'
import { authorityMetadata } from './authority-metadata.ts'
import { readBearer } from './bearer-token.ts'
import { GuardError } from './guard-error.ts'
import { Introspection } from './introspection.ts'
import { type GuardOptions, type Settings, settingsOf } from './options.ts'
import { insufficient, refused, unauthenticated, unavailable } from './refusal.ts'
import { permissionOf, type RequirementOf, satisfies } from './requirement.ts'
import { RevocationFeed } from './revocation-feed.ts'
import type { Verified } from './verified.ts'
import { verifyIntrospected } from './verify-introspected.ts'
import { type TokenReading, verifyToken } from './verify-token.ts'

/**
 * Gives what a token says when it covers `required` (default: any valid token will do), else the
 * finished answer to send: 400, 401, the challenge, or 503 when the authority cannot be asked. Reads
 * headers only, never the body. Rejects with `REQUIRED_INVALID`, or with what a function of yours throws.
 */
export interface Guard {
  (request: Request, required?: RequirementOf<Request>): Promise<Verified | Response>
  /** Fetches keys, waits for the feed or tries the introspection credentials, so that a start-up fails loudly instead of the first request. Rejects with GuardError. */
  ready(): Promise<void>
  /** Leaves the feed and lets the process exit; from then on every request with a token is answered 503. */
  close(): Promise<void>
}

/** Throws `OPTIONS_INVALID` or `INSECURE_URL`. Nothing is sent before the first token arrives. */
export function createGuard(options: GuardOptions): Guard {
  const settings = settingsOf(options)
  const closing = new AbortController()
  const io = { fetch: settings.fetch, clock: settings.clock }
  const metadata = authorityMetadata(io, settings.issuer, closing.signal)
  const keys = authorityKeys(io, { ...settings, metadata }, closing.signal)
  const feed =
    settings.revocation === 'feed' ? new RevocationFeed(io, metadata, closing.signal) : undefined
  const introspection =
    settings.introspection &&
    new Introspection(io, settings.introspection, metadata, closing.signal)

  const guard = async (request: Request, required: RequirementOf<Request> = []) => {
    const need = async () =>
      permissionOf(
        typeof required === 'function' ? await required(request) : required,
        settings.dialect,
      )
    const bearer = readBearer(request.headers)
    if (bearer.kind === 'malformed') return refused(settings, 'invalid_request', bearer.why)
    if (bearer.kind !== 'token') {
      const anonymous = bearer.kind === 'none' && settings.challengeAnonymous
      const missing = anonymous ? await need() : undefined
      return missing === undefined ? unauthenticated(settings) : insufficient(settings, missing)
    }
    const verified = await authenticate(bearer.token)
    if (verified instanceof Response) return verified
    const permission = await need()
    if (permission === undefined || satisfies(verified, permission)) return verified
    return insufficient(settings, permission)
  }

  const fed = async (token: string): Promise<TokenReading> => {
    const reading = await verifyToken(token, keys.find, settings)
    if (reading.kind === 'refused') return reading
    await feed?.current()
    if (await feed?.include(reading.jti, reading.verified.taskId)) {
      return { kind: 'refused', why: 'The token has been revoked.' }
    }
    return reading
  }
  const introspected = (token: string, authority: Introspection) =>
    verifyIntrospected(token, keys.find, settings, (it) => authority.ask(it))

  const authenticate = async (token: string): Promise<Verified | Response> => {
    try {
      assertOpen(closing.signal)
      const reading = await (introspection ? introspected(token, introspection) : fed(token))
      if (reading.kind === 'refused') return refused(settings, 'invalid_token', reading.why)
      return reading.verified
    } catch (error) {
      if (!(error instanceof GuardError)) throw error
      tell(settings, error)
      return unavailable(error.message)
    }
  }

  return Object.assign(guard, {
    ready: async () => {
      assertOpen(closing.signal)
      await keys.ready()
      await feed?.current()
      await introspection?.ready()
    },
    close: async () => {
      closing.abort(closed())
      await feed?.ended()
    },
  })
}

function tell(settings: Settings, fault: GuardError): void {
  try {
    settings.onFault(fault)
  } catch {
    // An observer cannot change what the caller is told.
  }
}

const closed = () =>
  new GuardError('GUARD_CLOSED', 'This guard was closed.', 'Close the guard after the server.')

function assertOpen(signal: AbortSignal): void {
  if (signal.aborted) throw closed()
}
