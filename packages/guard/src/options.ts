import type { Dialect } from '@lumojit/protocol'
import type { JSONWebKeySet } from 'jose'
import { type Clock, systemClock } from './clock.ts'
import { GuardError } from './guard-error.ts'
import { trustedUrl } from './trusted-url.ts'

export interface GuardOptions {
  /** The authority's issuer URL, compared exactly with `iss` and with the issuer its metadata names. https, or http on loopback. */
  readonly issuer: string
  /**
   * What this API is called in `aud`: one name or several, compared exactly.
   * `'unchecked'` accepts a token made for any audience, that is: whatever another API was sent can be
   * replayed here. Only for callers that send LumoAuth's plain agent token, whose `aud` names no API.
   */
  readonly audience: string | readonly string[]
  /** How missing details are said. Default `lumoauth`. Missing scope is always said in `scope`. */
  readonly dialect?: Dialect
  /** Say what is missing even to a caller without a token (for clients with `baseToken: 'none'`); a `required` function then runs for anybody. Default false. */
  readonly challengeAnonymous?: boolean
  /** The authority's keys, fixed: never fetched, never rotated. */
  readonly jwks?: JSONWebKeySet
  /** Where its keys are. Default: `jwks_uri` of its metadata. */
  readonly jwksUri?: string
  /** `feed` (default): follow the authority's revocation feed. `none`: a revoked token works until it expires. */
  readonly revocation?: 'feed' | 'none'
  /** Ask the authority about each token instead (RFC 7662), as the resource it knows by these credentials. Takes opaque tokens too. */
  readonly introspection?: IntrospectionOptions
  /** Seconds both clocks may differ. Default 5, at most 60. */
  readonly clockSkewSeconds?: number
  /** RFC 9728 metadata URL of this API, repeated in every refusal. */
  readonly resourceMetadata?: string
  /** RFC 9110 §11.5 protection space named in 400 and 401 answers. Default `api`. */
  readonly realm?: string
  readonly clock?: Clock
  readonly fetch?: typeof globalThis.fetch
  /** Told why a request was answered 503. What it throws is dropped. */
  readonly onFault?: (fault: GuardError) => void
}

/** This API's own credentials at the authority, never an agent's. */
export interface IntrospectionOptions {
  readonly clientId: string
  readonly clientSecret: string
  /** Default: `introspection_endpoint` of the authority's metadata. https, or http on loopback. */
  readonly endpoint?: string
}

/** Options that passed validation, defaults filled in. */
export interface Settings {
  readonly issuer: string
  readonly audience: readonly string[] | 'unchecked'
  readonly dialect: Dialect
  readonly challengeAnonymous: boolean
  readonly jwks: JSONWebKeySet | undefined
  readonly jwksUri: string | undefined
  readonly revocation: 'feed' | 'none'
  readonly introspection: IntrospectionOptions | undefined
  readonly clockSkewSeconds: number
  readonly resourceMetadata: string | undefined
  readonly realm: string
  readonly clock: Clock
  readonly fetch: typeof globalThis.fetch
  readonly onFault: (fault: GuardError) => void
}

const DIALECTS: readonly unknown[] = ['lumoauth', 'rar-403', 'rar-401', 'scope']
// What a quoted-string can carry without an escape (RFC 9110 §5.6.4), so that no option can end a header.
const QUOTABLE = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/

const invalid = (message: string, fix: string) => new GuardError('OPTIONS_INVALID', message, fix)

export function settingsOf(options: GuardOptions): Settings {
  const issuer = trustedUrl(options.issuer, 'issuer')
  if (/[?#]/.test(issuer)) {
    throw invalid('issuer has a query or a fragment.', 'Give the issuer as RFC 8414 §2 has it.')
  }
  const skew = options.clockSkewSeconds ?? 5
  if (!(skew >= 0 && skew <= 60)) {
    throw invalid('clockSkewSeconds is not between 0 and 60.', 'Mend the clock, not the tolerance.')
  }
  const dialect = options.dialect ?? 'lumoauth'
  if (!DIALECTS.includes(dialect)) {
    throw invalid('dialect is unknown.', 'Use lumoauth, rar-403, rar-401 or scope.')
  }
  const revocation = options.revocation ?? 'feed'
  if (revocation !== 'feed' && revocation !== 'none') {
    throw invalid('revocation is unknown.', "Use 'feed' or 'none'.")
  }
  const realm = options.realm ?? 'api'
  if (!QUOTABLE.test(realm) || !QUOTABLE.test(options.resourceMetadata ?? 'none')) {
    throw invalid(
      'realm or resourceMetadata holds characters a header cannot carry.',
      'Use printable ASCII without quotes and backslashes.',
    )
  }
  return {
    issuer,
    audience: audienceOf(options.audience),
    dialect,
    challengeAnonymous: options.challengeAnonymous === true,
    jwks: options.jwks,
    jwksUri: options.jwksUri === undefined ? undefined : trustedUrl(options.jwksUri, 'jwksUri'),
    revocation: options.introspection === undefined ? revocation : 'none',
    introspection: introspectionOf(options),
    clockSkewSeconds: skew,
    resourceMetadata: options.resourceMetadata,
    realm,
    clock: options.clock ?? systemClock,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    onFault: options.onFault ?? (() => {}),
  }
}

function introspectionOf({ introspection, revocation }: GuardOptions) {
  if (introspection === undefined) return undefined
  const { clientId, clientSecret, endpoint } = introspection
  const named = [clientId, clientSecret].every((text) => typeof text === 'string' && text !== '')
  if (!named) {
    throw invalid(
      'introspection lacks clientId or clientSecret.',
      'Give the credentials this API has at the authority; see that the environment holds them.',
    )
  }
  if (revocation !== undefined) {
    throw invalid(
      'introspection and revocation are both set.',
      'Leave revocation out: introspection tells what was revoked.',
    )
  }
  if (endpoint !== undefined) trustedUrl(endpoint, 'introspection.endpoint')
  return introspection
}

function audienceOf(audience: unknown): readonly string[] | 'unchecked' {
  if (audience === 'unchecked') return audience
  const names: readonly unknown[] = Array.isArray(audience) ? audience : [audience]
  const strings = names.filter((name) => typeof name === 'string' && name !== '') as string[]
  if (strings.length === 0 || strings.length !== names.length || strings.includes('unchecked')) {
    throw invalid(
      'audience is missing or empty.',
      "Name this API as its tokens do in `aud`, or write 'unchecked' alone and read what that means.",
    )
  }
  return strings
}
