/** What an agent's program reads, by the names that `lumoAuth()` and LumoAuth's SDKs know. */
export type Environment = Readonly<Record<string, string>>

export interface AgentEnvironment {
  readonly url: string
  readonly org: string
  readonly agentId: string
  /** Absent where only its hash is kept. */
  readonly secret?: string
}

/** LumoAuth's programs say `LUMOAUTH_TENANT` or `LUMOAUTH_ORG_ID`, by their age: both are set. */
export const environmentOf = ({ url, org, agentId, secret }: AgentEnvironment): Environment => ({
  LUMOAUTH_URL: url,
  LUMOAUTH_ORG_ID: org,
  LUMOAUTH_TENANT: org,
  AGENT_CLIENT_ID: agentId,
  ...(secret !== undefined && { AGENT_CLIENT_SECRET: secret }),
})

/** Lines for a POSIX shell. */
export const exportLines = (environment: Environment): string =>
  Object.entries(environment)
    .map(([name, value]) => `  export ${name}=${quoted(value)}\n`)
    .join('')

const quoted = (value: string) =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
