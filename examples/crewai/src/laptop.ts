import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { riskTable } from '@lumojit/authority'
import { serveAuthority } from '@lumojit/authority/node'
import { acmeApi } from './acme-api.ts'

export interface Laptop {
  /** What the agent's side needs to know. Against LumoAuth itself, these are your own. */
  readonly env: Readonly<Record<string, string>>
  readonly acmeUrl: string
  /** Dana's desk: whatever is asked, she says yes to; each question is told to `onAsked` before. */
  approveAll(onAsked: (question: string) => void): void
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
    // Reading is granted at once; whoever wants to write is seen by a person.
    rules: riskTable({ grantUpTo: 'low' }),
  })
  const acme = acmeApi(authority.issuer)
  const server = serve({ fetch: acme.app.fetch, hostname: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const atTheDesk = async (path: string, method = 'GET') => {
    const { accessToken } = await authority.operations.issueUserToken({ userId: 'usr_dana' })
    const headers = { authorization: `Bearer ${accessToken}` }
    return (await fetch(`${authority.issuer}/jit/${path}`, { method, headers })).json()
  }
  let desk: NodeJS.Timeout | undefined
  return {
    env: {
      LUMOAUTH_URL: url,
      LUMOAUTH_ORG_ID: 'acme-corp',
      LUMOAUTH_TENANT: 'acme-corp',
      AGENT_CLIENT_ID: agent.id,
      AGENT_CLIENT_SECRET: agent.secret,
    },
    acmeUrl: `http://127.0.0.1:${port}`,
    approveAll(onAsked) {
      const look = async () => {
        const { pending_requests: waiting } = await atTheDesk('pending')
        for (const { request_id: id, justification } of waiting) {
          const { status } = await atTheDesk(`approve/${id}`, 'POST')
          if (status === 'approved') onAsked(justification)
        }
      }
      // What goes wrong while everything is being closed is of no interest.
      desk = setInterval(() => void look().catch(() => {}), 500)
    },
    async close() {
      clearInterval(desk)
      server.close()
      await acme.guard.close()
      await close()
    },
  }
}
