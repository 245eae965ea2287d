import { randomUUID } from 'node:crypto'
import { type RiskTable, riskTable } from '@lumojit/authority'
import { serveAuthority } from '@lumojit/authority/node'
import { type AcmeApi, acmeApi } from './acme-api.ts'
import { type Human, startHuman } from './human.ts'
import { serveFetch } from './serve-fetch.ts'

export interface WorldOptions {
  /** Highest risk granted without a person. Default: as documented. */
  readonly grantUpTo?: RiskTable['grantUpTo']
  /** Only for programs that send the agent's own token to APIs, as LumoAuth's documents do. */
  readonly audience?: 'unchecked'
}

export interface World {
  /** What an agent's program is told: LumoAuth's variables, in both spellings, and where the API is. */
  readonly env: Readonly<Record<string, string>>
  readonly issuer: string
  readonly apiUrl: string
  readonly api: AcmeApi
  readonly human: Human
  /** Questions that were opened, joined repeats not counted. */
  questions(): number
  /** Of all tokens that were granted: how many the authority still takes for good. */
  tokensAlive(): Promise<number>
  tokensGranted(): number
  /** Every token of every kind that was issued. */
  tokens(): readonly string[]
  /** Token of a user, as LumoAuth would have given it to an application. */
  userToken(userId: string): Promise<string>
  close(): Promise<void>
}

/** An authority, the documents' API and a person, on free ports. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const agent = { id: 'agt_document-analyst', secret: randomUUID() + randomUUID() }
  const subAgent = { id: 'agt_search', secret: randomUUID() + randomUUID() }
  const resource = { audience: 'https://api.acme-corp.com', secret: randomUUID() }
  const granted: string[] = []
  const issued: string[] = []
  const { url, authority, close } = await serveAuthority({
    org: 'acme-corp',
    agents: [
      { ...agent, name: 'Document Analyst', scope: 'read:documents' },
      { ...subAgent, name: 'Search', scope: 'read:documents' },
    ],
    users: [
      { id: 'usr_dana', email: 'dana@acme-corp.com', rights: ['jit.approve'] },
      { id: 'usr_alice', email: 'alice@acme-corp.com', scope: 'read:documents' },
    ],
    resources: [resource],
    ...(options.grantUpTo && { rules: riskTable({ grantUpTo: options.grantUpTo }) }),
    onTokenIssued: ({ kind, value }) => {
      issued.push(value)
      if (kind === 'jit') granted.push(value)
    },
  })
  const { issuer, operations } = authority
  const userToken = async (userId: string) =>
    (await operations.issueUserToken({ userId })).accessToken
  const api = acmeApi(issuer, options.audience)
  const served = await serveFetch(api.fetch)
  const human = startHuman(issuer, () => userToken('usr_dana'))
  const isAlive = async (token: string) => {
    const answer = await fetch(`${issuer}/oauth/introspect`, {
      method: 'POST',
      body: new URLSearchParams({
        token,
        client_id: agent.id,
        client_secret: agent.secret,
      }),
    })
    return answer.ok && (await answer.json()).active !== false
  }
  return {
    env: {
      LUMOAUTH_URL: url,
      LUMOAUTH_ORG_ID: 'acme-corp',
      LUMOAUTH_TENANT: 'acme-corp',
      AGENT_CLIENT_ID: agent.id,
      AGENT_CLIENT_SECRET: agent.secret,
      ACME_URL: served.url,
      SUB_AGENT_ID: subAgent.id,
      SUB_AGENT_SECRET: subAgent.secret,
    },
    issuer,
    apiUrl: served.url,
    api,
    human,
    questions: () => authority.counts().requests,
    tokensAlive: async () => (await Promise.all(granted.map(isAlive))).filter(Boolean).length,
    tokensGranted: () => granted.length,
    tokens: () => issued,
    userToken,
    async close() {
      await human.close()
      await served.close()
      await api.close()
      await close()
    },
  }
}
