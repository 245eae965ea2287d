import type { Resource } from '@lumojit/protocol'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'
import type { Surroundings } from './surroundings.ts'

/** Who the agent is, and where it may go. */
export interface AgentSettings {
  /** Where they were read, for people. */
  readonly from: string
  readonly url: string
  readonly org: string
  readonly clientId: string
  readonly clientSecret: string
  /** `t`: servers from before the rename of `/t/{tenant}`. */
  readonly paths: 'orgs' | 't'
  /** Empty: none are listed. */
  readonly resources: readonly Resource[]
}

const NEEDED = [
  ['LUMOAUTH_ORG_ID', 'LUMOAUTH_TENANT'],
  ['AGENT_CLIENT_ID'],
  ['AGENT_CLIENT_SECRET'],
] as const

/** From the environment, by the names that `lumojit dev` prints. Throws `AGENT_SETTINGS_MISSING`, which names all that lack. */
export function agentSettings({ env }: Pick<Surroundings, 'env'>): AgentSettings {
  const [org, clientId, clientSecret] = NEEDED.map((names) =>
    names.map((name) => env[name]).find(Boolean),
  )
  if (!org || !clientId || !clientSecret) {
    const lacking = NEEDED.filter((names) => !names.some((name) => env[name])).map(([name]) => name)
    throw new Fault(
      'AGENT_SETTINGS_MISSING',
      `${lacking.join(', ')} ${lacking.length > 1 ? 'are' : 'is'} not set.`,
      'Copy the lines that `lumojit dev` prints for an agent; `lumojit agent create NAME` makes one.',
      exits.configuration,
    )
  }
  return {
    from: 'the environment',
    url: env.LUMOAUTH_URL || 'https://app.lumoauth.dev',
    org,
    clientId,
    clientSecret,
    paths: 'orgs',
    resources: [],
  }
}
