import { exits } from '../exits.ts'
import { Fault } from '../fault.ts'
import type { Surroundings } from '../surroundings.ts'
import { lastPlace } from './kept.ts'

export interface PlaceOptions {
  readonly url?: string
  readonly org?: string
}

/** The authority a person decides at. `base` is its issuer and the root of every call. */
export interface Place {
  readonly host: string
  readonly org: string
  readonly base: string
}

const ISSUER = /^(.*)\/(?:orgs|t)\/([^/]+)(?:\/api\/v1)?\/?$/

/** By `--url`, else LUMOJIT_URL, else where this person signed in last, else `lumojit dev`'s own. A host, or an issuer. */
export function placeOf({ url, org }: PlaceOptions, around: Surroundings): Place {
  const { env } = around
  const text = url ?? (env.LUMOJIT_URL || undefined) ?? lastPlace(around) ?? 'http://127.0.0.1:4000'
  const read = URL.canParse(text) ? new URL(text) : undefined
  if (!read || !/^https?:$/.test(read.protocol) || read.username || read.search || read.hash)
    throw invalid(
      `${text} is no URL of an authority.`,
      'Name its host, such as http://127.0.0.1:4000.',
    )
  if (read.protocol === 'http:' && !/^(localhost|\[::1\]|127(\.\d+){3})$/.test(read.hostname)) {
    throw invalid(
      `What you decide would go to ${read.host} over an unprotected connection.`,
      'Use https; http is for loopback alone.',
    )
  }
  const [, root, named] = ISSUER.exec(read.pathname) ?? []
  const host = `${read.origin}${(root ?? read.pathname).replace(/\/+$/, '')}`
  const slug = org ?? named ?? (env.LUMOJIT_ORG || env.LUMOAUTH_ORG_ID || 'dev')
  return { host, org: slug, base: `${host}/orgs/${encodeURIComponent(slug)}/api/v1` }
}

const invalid = (message: string, fix: string) =>
  new Fault('AUTHORITY_URL_INVALID', message, fix, exits.configuration)
