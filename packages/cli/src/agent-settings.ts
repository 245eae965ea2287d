import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Resource } from '@lumojit/protocol'
import { needAgentConfig } from './agent-config.ts'
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
  /** A label. */
  readonly onBehalfOf?: string
  readonly taskName?: string
}

const LUMOAUTH = 'https://app.lumoauth.dev'

/**
 * From the file named, or lumojit.json where there is one, and the environment for what it leaves out. Throws
 * `AGENT_SETTINGS_MISSING`, which names all that lack.
 */
export function agentSettings(config: string | undefined, around: Surroundings): AgentSettings {
  const file = config ?? 'lumojit.json'
  const { env } = around
  if (config === undefined && !existsSync(resolve(around.cwd, file))) {
    return complete('the environment', {
      url: env.LUMOAUTH_URL,
      org: env.LUMOAUTH_ORG_ID || env.LUMOAUTH_TENANT,
      clientId: env.AGENT_CLIENT_ID,
      clientSecret: env.AGENT_CLIENT_SECRET,
      resources: [],
    })
  }
  const { authority, resources, onBehalfOf, taskName } = needAgentConfig(file, around)
  return complete(file, {
    ...authority,
    resources,
    ...(onBehalfOf !== undefined && { onBehalfOf }),
    ...(taskName !== undefined && { taskName }),
  })
}

type Given = Pick<AgentSettings, 'resources' | 'onBehalfOf' | 'taskName'> & {
  readonly [N in 'url' | 'org' | 'clientId' | 'clientSecret']?: string | undefined
}

function complete(from: string, given: Given): AgentSettings {
  const { url, org, clientId, clientSecret, ...rest } = given
  if (org && clientId && clientSecret)
    return { ...rest, from, url: url || LUMOAUTH, org, clientId, clientSecret, paths: 'orgs' }
  const lacking = [
    ...(org ? [] : ['LUMOAUTH_ORG_ID']),
    ...(clientId ? [] : ['AGENT_CLIENT_ID']),
    ...(clientSecret ? [] : ['AGENT_CLIENT_SECRET']),
  ]
  throw new Fault(
    'AGENT_SETTINGS_MISSING',
    `${lacking.join(', ')} ${lacking.length > 1 ? 'are' : 'is'} not set.`,
    'Copy the lines that `lumojit dev` prints for an agent; `lumojit agent create NAME` makes one.',
    exits.configuration,
  )
}
