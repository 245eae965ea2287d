import { formatWwwAuthenticate, type Permission, writeChallenge } from '@lumojit/protocol'
import type { Settings } from './options.ts'

const HEADERS = {
  'cache-control': 'no-store',
  'access-control-expose-headers':
    'WWW-Authenticate, Insufficient-Authorization-Details, Retry-After, DPoP-Nonce',
}

/** RFC 6750 §3.1: without credentials there is no error to name. */
export function unauthenticated(settings: Settings): Response {
  const headers = { ...HEADERS, 'www-authenticate': bearer(settings, []) }
  return new Response(null, { status: 401, headers })
}

/** RFC 6750 §3.1: `invalid_request` is 400, `invalid_token` 401. */
export function refused(
  settings: Settings,
  error: 'invalid_request' | 'invalid_token',
  description: string,
): Response {
  const named = [['error', error] as const, ['error_description', description] as const]
  return Response.json(
    { error, error_description: description },
    {
      status: error === 'invalid_request' ? 400 : 401,
      headers: { ...HEADERS, 'www-authenticate': bearer(settings, named) },
    },
  )
}

/** Says exactly what is missing, in the guard's dialect; missing scope has only one way to be said. */
export function insufficient(settings: Settings, permission: Permission): Response {
  const { status, headers, body } = writeChallenge(
    {
      dialect: permission.kind === 'scope' ? 'scope' : settings.dialect,
      permission,
      ...(settings.resourceMetadata !== undefined && {
        resourceMetadata: settings.resourceMetadata,
      }),
    },
    'The token does not cover what this call needs.',
  )
  return new Response(body, { status, headers })
}

/** Nothing can be said of the token now; the caller may try again, nobody gets in meanwhile. */
export function unavailable(description: string): Response {
  return Response.json(
    { error: 'temporarily_unavailable', error_description: description },
    { status: 503, headers: { ...HEADERS, 'retry-after': '1' } },
  )
}

type Parameter = readonly [name: string, value: string]

function bearer(settings: Settings, named: readonly Parameter[]): string {
  const parameters: Parameter[] = [['realm', settings.realm], ...named]
  if (settings.resourceMetadata !== undefined) {
    parameters.push(['resource_metadata', settings.resourceMetadata])
  }
  return formatWwwAuthenticate([{ scheme: 'Bearer', parameters }])
}
