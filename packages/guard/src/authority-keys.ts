import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { AuthorityMetadata } from './authority-metadata.ts'
import { CachedDocument } from './cached-document.ts'
import { fetchJson, type Io } from './fetch-json.ts'
import { GuardError } from './guard-error.ts'

// A key that was withdrawn, because it was stolen perhaps, works for a minute more, and for ten while the authority cannot
// be asked. A new one is looked for when a token names it, at most once a cooldown: invented key ids must not hammer it.
const FRESH_MS = 60_000
const MAX_AGE_MS = 600_000
const COOLDOWN_MS = 10_000

/** Where the authority's keys come from, in order of precedence. */
export interface KeySource {
  readonly jwks: JSONWebKeySet | undefined
  readonly jwksUri: string | undefined
  readonly metadata: CachedDocument<AuthorityMetadata>
}

/** Finds the key a token names, in the set given or in the one published. Rejects with GuardError when there is no set. */
export function authorityKeys(io: Io, source: KeySource, closed: AbortSignal) {
  if (source.jwks !== undefined) {
    const fixed = localSet(source.jwks)
    return { find: fixed, ready: async () => {} }
  }
  const load = async () => {
    const url = source.jwksUri ?? (await source.metadata.get()).jwksUri
    if (url === undefined) throw unreadable('The metadata names no jwks_uri.')
    let document: unknown
    try {
      document = await fetchJson(io, url, closed)
    } catch (cause) {
      throw new GuardError(
        'KEYS_UNREACHABLE',
        "The authority's keys could not be read.",
        `See that ${url} answers 200 with a JSON Web Key Set from where this API runs.`,
        cause,
      )
    }
    return localSet(document as JSONWebKeySet)
  }
  const document = new CachedDocument(load, {
    clock: io.clock,
    freshMs: FRESH_MS,
    maxAgeMs: MAX_AGE_MS,
    cooldownMs: COOLDOWN_MS,
  })
  const find: JWTVerifyGetKey = async (header, token) => {
    const keys = await document.get()
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      const newer = await document.newerThan(keys)
      if (newer === undefined) throw error
      return newer(header, token)
    }
  }
  return {
    find,
    ready: async () => {
      await document.get()
    },
  }
}

function localSet(jwks: JSONWebKeySet): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(jwks)
  } catch (cause) {
    throw unreadable(cause)
  }
}

const unreadable = (cause: unknown) =>
  new GuardError(
    'KEYS_UNREADABLE',
    "The authority's keys are not a JSON Web Key Set.",
    'Name a JWKS (RFC 7517 §5) as jwks, jwksUri or in the metadata.',
    cause,
  )
