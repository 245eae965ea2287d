import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { serveAuthority } from '@lumojit/authority/node'
import { acmeApi } from './acme-api.ts'

export interface Laptop {
  /** What the agent's process needs to know. Against LumoAuth itself, the first four are your own. */
  readonly env: Readonly<Record<string, string>>
  readonly done: readonly string[]
  /** Decides as Dana, who may. */
  decide(requestId: string, approve: boolean, message: string): Promise<void>
  close(): Promise<void>
}

/** An authority and an API on free ports of this machine, so that the example needs no account anywhere. */
export async function startLaptop(): Promise<Laptop> {
  const agent = { id: 'agt_document-analyst', secret: crypto.randomUUID() + crypto.randomUUID() }
  const { url, authority, close } = await serveAuthority({
    org: 'acme-corp',
    agents: [{ ...agent, name: 'Document Analyst' }],
    users: [
      { id: 'usr_dana', email: 'dana@acme-corp.com', rights: ['jit.approve'] },
      { id: 'usr_alice', email: 'alice@acme-corp.com' },
    ],
    resources: ['https://api.acme-corp.com'],
  })
  const acme = acmeApi(authority.issuer)
  const server = serve({ fetch: acme.app.fetch, hostname: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return {
    env: {
      LUMOAUTH_URL: url,
      LUMOAUTH_ORG_ID: 'acme-corp',
      AGENT_CLIENT_ID: agent.id,
      AGENT_CLIENT_SECRET: agent.secret,
      ACME_URL: `http://127.0.0.1:${port}`,
    },
    done: acme.done,
    async decide(requestId, approve, message) {
      const { accessToken } = await authority.operations.issueUserToken({ userId: 'usr_dana' })
      const verb = approve ? 'approve' : 'deny'
      const answer = await fetch(`${authority.issuer}/jit/${verb}/${requestId}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ agent_message: message }),
      })
      if (!answer.ok) throw new Error(`the authority answered ${answer.status} to a decision`)
    },
    async close() {
      server.close()
      await acme.guard.close()
      await close()
    },
  }
}
