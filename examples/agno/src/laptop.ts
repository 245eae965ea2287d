import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { serveAuthority } from '@lumojit/authority/node'
import { acmeApi } from './acme-api.ts'

export interface Laptop {
  /** What the agent's side needs to know. Against LumoAuth itself, these are your own. */
  readonly env: Readonly<Record<string, string>>
  readonly acmeUrl: string
  close(): Promise<void>
}

/** An authority and an API on free ports of this machine, so that the example needs no account anywhere. */
export async function startLaptop(): Promise<Laptop> {
  const agent = { id: 'agt_data-analyst', secret: crypto.randomUUID() + crypto.randomUUID() }
  const { url, authority, close } = await serveAuthority({
    org: 'acme-corp',
    agents: [{ ...agent, name: 'Data Analyst' }],
    users: [{ id: 'usr_dana', email: 'dana@acme-corp.com', rights: ['jit.approve'] }],
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
      LUMOAUTH_TENANT: 'acme-corp',
      AGENT_CLIENT_ID: agent.id,
      AGENT_CLIENT_SECRET: agent.secret,
    },
    acmeUrl: `http://127.0.0.1:${port}`,
    async close() {
      server.close()
      await acme.guard.close()
      await close()
    },
  }
}
