import type { AuthorityServer } from '@lumojit/authority'
import { serveAuthority } from '@lumojit/authority/node'
import type { OpenAuthority } from '@lumojit/conformance'
import { lumoAuth } from '@lumojit/core'
import type { Authority } from '@lumojit/protocol'
import { sharedClock } from './shared-clock.ts'

const org = 'acme-corp'
const agents = [
  { id: 'agt_research-bot', secret: 'a secret of the research bot' },
  { id: 'agt_other', secret: 'a secret of the other bot' },
] as const
const by = { user: 'usr_olga' }
const users = [{ id: by.user, email: 'olga@acme-corp.com', rights: ['jit.approve'] }]

/** The real authority on a free port; the agent reaches it over HTTP or in process, everybody else as they like. */
export async function openAuthority(way: 'http' | 'in-process'): Promise<OpenAuthority> {
  const clock = sharedClock()
  const running = await serveAuthority({ org, agents, users, clock })
  const server = running.authority
  const reached: Authority[] = []
  const reach = (how: typeof way, agent: (typeof agents)[number]): Authority => {
    const { id: clientId, secret: clientSecret } = agent
    const authority =
      how === 'in-process'
        ? server.asAuthority({ agentId: clientId })
        : lumoAuth({ url: running.url, org, clientId, clientSecret })
    reached.push(authority)
    return authority
  }
  const [own, other] = agents
  const introspect = (token: string) =>
    server.operations.introspect({ token, client: { kind: 'agent', id: own.id } })
  return {
    authority: reach(way, own),
    approve: async (ref, approval = {}) => {
      const { details, reuse, ttlSeconds, message: agentMessage } = approval
      const { requestId } = ref
      await server.operations.approve({ by, requestId, details, reuse, ttlSeconds, agentMessage })
    },
    deny: async ({ requestId }, agentMessage) => {
      await server.operations.deny({ by, requestId, agentMessage })
    },
    revokeByPerson: async ({ requestId }) => {
      await server.operations.revokeRequest({ by, requestId })
    },
    isActive: async (token) => (await introspect(token)).active === true,
    audienceOf: async (token) => {
      const { aud = [] } = (await introspect(token)) as { aud?: string | readonly string[] }
      return typeof aud === 'string' ? [aud] : aud
    },
    worksAtAuthority: (token) => opensTask(server, token),
    counts: () => {
      const { requests, redemptions } = server.counts()
      return { requests, redemptions }
    },
    openWaits: () => clock.sleeping(),
    advance: clock.advance,
    otherAgent: async () => reach(way, other),
    twin: async () => reach(way === 'http' ? 'in-process' : 'http', own),
    ...(way === 'http' && {
      unreachable: async () => {
        const gone = await serveAuthority({ org, agents, users })
        await gone.close()
        const credentials = { clientId: own.id, clientSecret: own.secret }
        const hurried = { now: Date.now, sleep: async () => {} }
        return lumoAuth({ url: gone.url, org, ...credentials, clock: hurried })
      },
      rejected: async () =>
        lumoAuth({ url: running.url, org, clientId: own.id, clientSecret: 'not the secret' }),
    }),
    close: async () => {
      await Promise.allSettled(reached.map((authority) => authority.close?.()))
      await running.close()
    },
  }
}

async function opensTask(server: AuthorityServer, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const request = new Request(`${server.issuer}/jit/task`, { method: 'POST', headers, body: '{}' })
  const { status } = await server.fetch(request)
  return status === 201
}
