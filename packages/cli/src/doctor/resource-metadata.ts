import { inert } from '../output/inert.ts'
import { type Answered, call, textOf } from './call.ts'
import { parameterOf } from './challenge-parameter.ts'
import { type Finding, fault } from './finding.ts'
import type { ResourceCheck } from './resource-check.ts'

/** RFC 9728: what the API says of itself, where a challenge points to it or at its usual place. */
export async function checkMetadata(
  { url, issuer, stop }: ResourceCheck,
  { headers }: Answered,
  audience: string,
): Promise<Finding | undefined> {
  const { origin, pathname } = new URL(url)
  const pointed = parameterOf(headers, 'resource_metadata')
  const places = pointed?.startsWith(`${origin}/`)
    ? [pointed]
    : [
        `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`,
        `${origin}/.well-known/oauth-protected-resource`,
      ]
  for (const place of new Set(places)) {
    const answer = await call(place, stop)
    if (answer.kind === 'away' || answer.status !== 200) continue
    const { authorization_servers: servers, resource } = answer.json
    if (!Array.isArray(servers) || servers.length === 0) continue
    // LumoAuth names the metadata instead of the issuer.
    const issuers = servers.map((it) => textOf(it).replace(/\/\.well-known\/.*$/, ''))
    if (!issuers.includes(issuer)) {
      const twin = issuers.find((it) => it.replace('/t/', '/orgs/') === issuer)
      const says = `Its guard trusts ${inert(issuers.join(', '))}, and this authority is ${issuer}.`
      const fix = `Set the guard's issuer: createGuard({ issuer: '${issuer}' }).`
      return fault(url, twin ? 'PATH_T' : 'GUARD_OTHER_ISSUER', says, fix)
    }
    if (textOf(resource) && textOf(resource) !== audience) {
      const says = `It calls itself ${inert(textOf(resource))}, and the agent asks for tokens for ${audience}.`
      return fault(
        url,
        'GUARD_OTHER_AUDIENCE',
        says,
        'Set `audience` of this resource to the name it has.',
      )
    }
    return undefined
  }
  return undefined
}
