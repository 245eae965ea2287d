import type { AuthorityCapabilities, Json } from '@lumojit/protocol'
import { send } from './http.ts'
import type { Settings } from './options.ts'
import { refused } from './refused.ts'

/** What this authority does beyond LumoAuth's published wire. An extension nobody advertised is never sent. */
export interface Offers {
  readonly capabilities: AuthorityCapabilities
  readonly reuse: boolean
  readonly wait: boolean
  readonly withdraw: boolean
}

/** RFC 8414 metadata, member `lumojit_capabilities`; without either, the careful default. */
export async function readOffers(settings: Settings): Promise<Offers> {
  const answer = await send(settings, {
    method: 'GET',
    path: '/.well-known/oauth-authorization-server',
    repeats: 1,
  })
  if (!answer.ok && answer.status !== 404) throw refused(answer)
  const said = answer.ok ? answer.body.lumojit_capabilities : undefined
  const says = (name: string) =>
    (said as Readonly<Record<string, Json>> | undefined | null)?.[name] === true
  return {
    capabilities: {
      manyDetails: says('many_details'),
      // LumoAuth's requests have no place for a scope, whatever the metadata claims.
      scope: false,
      bindsAudience: says('binds_audience'),
      tasks: 'server',
    },
    reuse: says('reuse'),
    wait: says('wait'),
    withdraw: says('revoke_request'),
  }
}
