import type { AgentSettings } from '../agent-settings.ts'
import { type Answered, type Away, call, textOf } from './call.ts'
import { care, type Finding, fault, well } from './finding.ts'

export interface FoundAuthority {
  readonly findings: readonly Finding[]
  /** Absent: there is nothing more to ask. */
  readonly at?: {
    readonly base: string
    readonly issuer: string
    readonly metadata: Answered['json']
    readonly clock: number | undefined
  }
}

const CHECK = 'authority'
const LONG = /^(.*?)\/(orgs|t)\/([^/]+)(?:\/.*)?$/

/** Whether the authority is there, under the path and the name that the settings say. */
export async function findAuthority(
  settings: Pick<AgentSettings, 'url' | 'org' | 'paths'>,
  stop: AbortSignal,
): Promise<FoundAuthority> {
  const url = URL.canParse(settings.url) ? new URL(settings.url) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    const fix = 'Set LUMOAUTH_URL to its host, such as https://app.lumoauth.dev.'
    return no(fault(CHECK, 'SETTINGS_UNUSABLE', 'The URL of the authority is no URL.', fix))
  }
  if (url.protocol === 'http:' && !/^(localhost|\[::1\]|127(\.\d+){3})$/.test(url.hostname)) {
    const says = `The secret would go to ${url.host} over an unprotected connection.`
    return no(fault(CHECK, 'INSECURE_URL', says, 'Use https; http is for loopback alone.'))
  }
  const [, root, form] = LONG.exec(url.pathname) ?? []
  const host = `${url.origin}${(root ?? url.pathname).replace(/\/+$/, '')}`
  const long = form && root !== undefined ? longUrl(url, host, form) : undefined
  const found = await look(host, settings, stop)
  return long ? { ...found, findings: [long, ...found.findings] } : found
}

function longUrl(url: URL, host: string, form: string): Finding {
  const fix = `Set LUMOAUTH_URL to ${host}; the organization has its own variable, LUMOAUTH_ORG_ID.`
  return form === 't'
    ? fault(
        CHECK,
        'PATH_T',
        `LUMOAUTH_URL goes to ${url.pathname}; tokens and metadata carry /orgs.`,
        fix,
      )
    : fault(CHECK, 'URL_HAS_PATH', `LUMOAUTH_URL names ${url.pathname} besides the host.`, fix)
}

async function look(
  host: string,
  { org, paths }: Pick<AgentSettings, 'org' | 'paths'>,
  stop: AbortSignal,
): Promise<FoundAuthority> {
  const place = (form: string) => `${host}/${form}/${encodeURIComponent(org)}/api/v1`
  const read = (base: string) => call(`${base}/.well-known/oauth-authorization-server`, stop)
  const base = place(paths)
  const answer = await read(base)
  if (answer.kind === 'away') return no(unreachable(host, answer))
  const issuer = textOf(answer.json.issuer)
  if (answer.status === 200 && issuer) return named(base, issuer, answer)
  if (
    answer.status === 200 ||
    answer.status >= 500 ||
    (answer.status >= 300 && answer.status < 400)
  )
    return no(noAuthority(base, answer))
  if (answer.status === 421) {
    const says = `${host} does not go by that name (421).`
    return no(
      fault(CHECK, 'NO_AUTHORITY', says, "Use the name in the seed's `url`, or add it to `hosts`."),
    )
  }
  const other = await read(place(paths === 't' ? 'orgs' : 't'))
  if (other.kind === 'answered' && other.status === 200 && textOf(other.json.issuer))
    return no(otherForm(paths))
  if (
    textOf(answer.json.code) === 'tenant_not_found' ||
    textOf(answer.json.error) === 'tenant_not_found'
  ) {
    const says = `The authority at ${host} knows no organization ${org}.`
    const fix = 'Correct LUMOAUTH_ORG_ID: it is the slug in the issuer that `lumojit dev` prints.'
    return no(fault(CHECK, 'ORGANIZATION_UNKNOWN', says, fix))
  }
  return no(noAuthority(base, answer))
}

function named(base: string, issuer: string, { json: metadata, clock }: Answered): FoundAuthority {
  const at = { base, issuer, metadata, clock }
  if (issuer === base) return { findings: [well(CHECK, `${issuer} answers`)], at }
  if (base.replace('/t/', '/orgs/') === issuer) {
    const says =
      'The settings use the /t path; this authority is served at /orgs, as its tokens say.'
    const fix = `Leave \`paths\` out, or set it to orgs; guards need the issuer ${issuer}`
    return { findings: [fault(CHECK, 'PATH_T', says, fix)], at }
  }
  const says = `It answers at ${base}, and calls itself ${issuer}.`
  const fix = `Use the name it goes by in LUMOAUTH_URL and as issuer of every guard, or correct \`url\` in its seed.`
  return { findings: [care(CHECK, 'ISSUER_UNLIKE', says, fix)], at }
}

const unreachable = (host: string, { why }: Away) =>
  fault(
    CHECK,
    'AUTHORITY_UNREACHABLE',
    `The authority at ${host} cannot be reached: ${why}.`,
    'Start it (`lumojit dev`), correct LUMOAUTH_URL, or open the way there.',
  )

const noAuthority = (base: string, { status }: Answered) =>
  fault(
    CHECK,
    'NO_AUTHORITY',
    `${base} answers ${status}, and not as an authority does.`,
    'Set LUMOAUTH_URL to the authority itself: another server, or a proxy before it, answers there.',
  )

const otherForm = (paths: 'orgs' | 't') =>
  paths === 't'
    ? fault(
        CHECK,
        'PATH_T',
        'The settings use the /t path, and this authority is served at /orgs alone.',
        'Leave `paths` out, or set it to orgs.',
      )
    : fault(
        CHECK,
        'PATH_ORGS',
        'This server is from before the rename: it is served at /t alone.',
        "Set `paths` to t: lumoAuth({ paths: 't' }).",
      )

const no = (finding: Finding): FoundAuthority => ({ findings: [finding] })
