import { call } from './call.ts'
import type { Reading } from './clock.ts'
import { care, type Finding, fault, open } from './finding.ts'
import { tryGuard } from './guard.ts'
import type { ResourceCheck } from './resource-check.ts'
import { checkMetadata } from './resource-metadata.ts'
import type { Obtained } from './secret.ts'

export interface CheckedResource {
  readonly findings: readonly Finding[]
  readonly clock?: Reading
}

/** One API: whether the authority gives tokens for it, and whether its guard takes them. */
export async function checkResource(of: ResourceCheck): Promise<CheckedResource> {
  const { resource, url, stop, now } = of
  const findings = [...sharing(of)]
  const audience = resource.audience ?? resource.url
  const bare = await call(url, stop)
  if (bare.kind === 'away') {
    const fix = 'See that it runs, and that the URL is right.'
    const says = `${url} cannot be reached: ${bare.why}.`
    return { findings: [...findings, fault(url, 'RESOURCE_UNREACHABLE', says, fix)] }
  }
  const clock =
    bare.clock === undefined
      ? {}
      : { clock: { whose: new URL(url).host, offMs: bare.clock - now() } }
  const named = await checkMetadata(of, bare, audience)
  if (named) return { findings: [...findings, named], ...clock }
  if (resource.baseToken === 'shared') return { findings, ...clock }
  const got = await of.obtain(audience)
  if (got.kind !== 'token') return { findings: [...findings, untold(of, got, audience)], ...clock }
  if (!of.bindsAudience) {
    const says = 'not called with a token: this authority binds none to an API'
    return { findings: [...findings, open(url, says)], ...clock }
  }
  return { findings: [...findings, await tryGuard(of, got.token, audience)], ...clock }
}

/** Ruling on base tokens: what an API is sent before any grant should be worth nothing elsewhere. */
function* sharing({ resource, url, bindsAudience }: ResourceCheck): Generator<Finding> {
  if (resource.baseToken === 'shared') {
    yield care(
      url,
      'SHARED_BASE_TOKEN',
      `${resource.url} is sent the agent's own token: whoever runs it, or reads its logs, can ask and redeem as this agent.`,
      "Leave `baseToken` out where the API takes a token for itself alone ('audience').",
    )
  } else if (!bindsAudience && resource.baseToken !== 'none') {
    yield care(
      url,
      'SHARED_BASE_TOKEN',
      `This authority binds no token to an API: what ${resource.url} is sent works elsewhere too.`,
      "Set `baseToken` to 'none', with `challengeAnonymous` at its guard, or use an authority that knows RFC 8707.",
    )
  }
}

/** The authority gives no token for it. */
function untold(
  { url }: ResourceCheck,
  got: Exclude<Obtained, { kind: 'token' }>,
  audience: string,
): Finding {
  if (got.kind === 'away') return open(url, `no token could be had: ${got.why}`)
  const { status, json } = got.answer
  if (json.error !== 'invalid_target' && json.code !== 'invalid_target')
    return open(url, `no token could be had: the authority answers ${status}`)
  return fault(
    url,
    'RESOURCE_NOT_LISTED',
    `The authority lists no resource ${audience}.`,
    `Add ${audience} to \`resources\` of its seed file, or set \`audience\` here to the name it has there.`,
  )
}
