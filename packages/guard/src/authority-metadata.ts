import { CachedDocument } from './cached-document.ts'
import { fetchJson, type Io } from './fetch-json.ts'
import { GuardError } from './guard-error.ts'
import { issuerMismatch } from './issuer-mismatch.ts'
import { trustedUrl } from './trusted-url.ts'

const MAX_AGE_MS = 3_600_000

/** The members of RFC 8414 metadata the guard reads; `eventsEndpoint` is `lumojit_capabilities.events_endpoint`. */
export interface AuthorityMetadata {
  readonly jwksUri: string | undefined
  readonly eventsEndpoint: string | undefined
  readonly introspectionEndpoint: string | undefined
}

/** `{issuer}/.well-known/oauth-authorization-server`: LumoAuth appends to the issuer's path instead of inserting before it. */
export function authorityMetadata(
  io: Io,
  issuer: string,
  closed: AbortSignal,
): CachedDocument<AuthorityMetadata> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/oauth-authorization-server`
  const load = async () => read(await fetched(io, url, closed), issuer)
  return new CachedDocument(load, {
    clock: io.clock,
    freshMs: MAX_AGE_MS,
    maxAgeMs: MAX_AGE_MS,
    cooldownMs: 0,
  })
}

async function fetched(io: Io, url: string, closed: AbortSignal): Promise<unknown> {
  try {
    return await fetchJson(io, url, closed)
  } catch (cause) {
    throw new GuardError(
      'METADATA_UNREACHABLE',
      "The authority's metadata could not be read.",
      `See that ${url} answers 200 with JSON from where this API runs.`,
      cause,
    )
  }
}

function read(document: unknown, issuer: string): AuthorityMetadata {
  const metadata = record(document)
  if (metadata.issuer !== issuer) {
    throw issuerMismatch(
      "The authority's metadata names another issuer (RFC 8414 §3.3).",
      issuer,
      metadata.issuer,
    )
  }
  const events = record(metadata.lumojit_capabilities).events_endpoint
  try {
    return {
      jwksUri: optionalUrl(metadata.jwks_uri, 'jwks_uri'),
      eventsEndpoint: optionalUrl(events, 'events_endpoint'),
      introspectionEndpoint: optionalUrl(metadata.introspection_endpoint, 'introspection_endpoint'),
    }
  } catch (cause) {
    throw new GuardError(
      'METADATA_UNREADABLE',
      "A URL in the authority's metadata cannot be used.",
      'Let the authority name https URLs for jwks_uri, events_endpoint and introspection_endpoint.',
      cause,
    )
  }
}

const optionalUrl = (value: unknown, name: string) =>
  value === undefined ? undefined : trustedUrl(value, name)

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
