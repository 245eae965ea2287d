import type { RequestRef } from '@lumojit/protocol'
import { type Clock, systemClock } from '../clock.ts'
import { LumojitError } from '../errors.ts'
import { isLoopback, pathSegment } from './paths.ts'

export interface LumoAuthOptions {
  /** Where LumoAuth answers; https, or http on a loopback literal. Default: `LUMOAUTH_URL`, else `https://app.lumoauth.dev`. */
  readonly url?: string
  /** Slug of the organization. Default: `LUMOAUTH_ORG_ID`, else `LUMOAUTH_TENANT`. */
  readonly org?: string
  /** Default: `AGENT_CLIENT_ID`. */
  readonly clientId?: string
  /** Default: `AGENT_CLIENT_SECRET`. */
  readonly clientSecret?: string
  /** `orgs` (default): `/orgs/{org}/api/v1`. `t`: `/t/{org}/api/v1`, for servers from before the rename. */
  readonly paths?: 'orgs' | 't'
  /** LumoAuth's wire has no approval link; this makes one for people to follow. */
  readonly approvalUrl?: (ref: RequestRef) => string
  readonly fetch?: typeof globalThis.fetch
  readonly clock?: Clock
  /** Milliseconds one HTTP call may take, long polls on top. Default 30 000. */
  readonly timeoutMs?: number
  /** Seconds taken off every grant's life, for clocks and travel. Default 5. */
  readonly expirySkewSeconds?: number
}

/** The options once checked. `base` has no slash at its end. */
export interface Settings {
  readonly host: URL
  readonly org: string
  readonly base: string
  readonly clientId: string
  readonly clientSecret: string
  readonly approvalUrl: ((ref: RequestRef) => string) | undefined
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly timeoutMs: number
  readonly skewMs: number
}

interface Runtime {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> }
}

/** Throws {@link LumojitError} `CONFIG_INVALID` or `INSECURE_URL`; an empty string counts as not given. */
export function readOptions(options: LumoAuthOptions): Settings {
  const env = (globalThis as Runtime).process?.env ?? {}
  const need = (option: 'org' | 'clientId' | 'clientSecret', ...variables: string[]): string => {
    const value = options[option] || variables.map((name) => env[name]).find(Boolean)
    if (typeof value === 'string') return value
    throw invalid(
      `lumoAuth() has no ${option}`,
      `Set ${variables[0]}, or pass lumoAuth({ ${option} }).`,
    )
  }
  const { paths = 'orgs', timeoutMs = 30_000, expirySkewSeconds: skew = 5 } = options
  const host = readHost(options.url || env.LUMOAUTH_URL || 'https://app.lumoauth.dev')
  const org = need('org', 'LUMOAUTH_ORG_ID', 'LUMOAUTH_TENANT')
  const segment = pathSegment(org)
  if (!segment) {
    throw invalid(
      'org is no slug',
      'Set LUMOAUTH_ORG_ID (or org) to the slug in your LumoAuth URL.',
    )
  }
  if (paths !== 'orgs' && paths !== 't') throw invalid('paths is unknown', "Use 'orgs' or 't'.")
  if (!(timeoutMs > 0 && timeoutMs < 2 ** 31 && skew >= 0 && skew < 900)) {
    throw invalid(
      'timeoutMs or expirySkewSeconds is out of range',
      'Pass milliseconds above 0 (such as 30000) and seconds from 0 to 899 (such as 5).',
    )
  }
  return {
    host,
    org,
    base: `${host.href.replace(/\/+$/, '')}/${paths}/${segment}/api/v1`,
    clientId: need('clientId', 'AGENT_CLIENT_ID'),
    clientSecret: need('clientSecret', 'AGENT_CLIENT_SECRET'),
    approvalUrl: options.approvalUrl,
    // Looked up at each call, so that instrumentation put in place later is seen.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    clock: options.clock ?? systemClock,
    timeoutMs,
    skewMs: skew * 1000,
  }
}

function readHost(value: string): URL {
  const fix = 'Set LUMOAUTH_URL (or url) to a host alone, such as https://app.lumoauth.dev.'
  const url = URL.canParse(value) ? new URL(value) : undefined
  // `?` and `#` are looked for in the text: an empty query leaves no trace in the URL.
  if (!url || url.username || url.password || /[?#]/.test(value)) {
    throw invalid('url is no plain URL', fix)
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))
    return url
  throw new LumojitError(
    'INSECURE_URL',
    'The authority would get the client secret over an unprotected connection.',
    'Use https in LUMOAUTH_URL (or url); http is for 127.0.0.1, [::1] and localhost alone.',
  )
}

function invalid(message: string, fix: string): LumojitError {
  return new LumojitError('CONFIG_INVALID', `${message}.`, fix)
}
