import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { serveAuthority } from '@lumojit/authority/node'
import { ACME, acmeApi } from './acme-api.ts'

/** A question that waits for a person. */
export interface Question {
  readonly requestId: string
  readonly wants: string
  readonly reason: string
  readonly onBehalfOf: string
}

export interface Laptop {
  /** The agent's environment. Against a real authority and API, these are your own. */
  readonly env: Readonly<Record<string, string>>
  readonly done: readonly string[]
  /** What Dana sees, and what she says. */
  questions(): Promise<readonly Question[]>
  decide(requestId: string, approve: boolean, message: string): Promise<void>
  close(): Promise<void>
}

/** An authority and a protected API, each on a free port of this machine. */
export async function startLaptop(): Promise<Laptop> {
  const agent = { id: 'agt_document-analyst', secret: crypto.randomUUID() + crypto.randomUUID() }
  const { url, authority, close } = await serveAuthority({
    org: 'acme-corp',
    agents: [{ ...agent, name: 'Document Analyst' }],
    users: [
      { id: 'usr_alice', email: 'alice@acme-corp.com' },
      { id: 'usr_dana', email: 'dana@acme-corp.com', rights: ['jit.approve'] },
    ],
    resources: [ACME],
  })
  const acme = acmeApi(authority.issuer)
  const server = serve({ fetch: acme.app.fetch, hostname: '127.0.0.1', port: 0 })
  await new Promise((listening) => server.once('listening', listening))

  const asDana = async (method: 'GET' | 'POST', path: string, body?: object) => {
    const { accessToken } = await authority.operations.issueUserToken({ userId: 'usr_dana' })
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
    const answer = await fetch(`${authority.issuer}/jit/${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer.ok) throw new Error(`The authority answered ${answer.status} to ${path}.`)
    return answer.json()
  }
  return {
    env: {
      LUMOAUTH_URL: url,
      LUMOAUTH_ORG_ID: 'acme-corp',
      AGENT_CLIENT_ID: agent.id,
      AGENT_CLIENT_SECRET: agent.secret,
      ACME_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    done: acme.done,
    questions: async () => {
      const { pending_requests } = (await asDana('GET', 'pending')) as { pending_requests: Wire[] }
      return pending_requests.map((each) => ({
        requestId: each.request_id,
        wants: each.authorization_details
          .map(
            ({ type, actions = [], identifier = '' }) =>
              `${actions.join(', ')} ${type} ${identifier}`,
          )
          .join(' and '),
        reason: each.justification ?? '',
        onBehalfOf: each.on_behalf_of ?? '',
      }))
    },
    decide: async (requestId, approve, message) => {
      const verb = approve ? 'approve' : 'deny'
      await asDana('POST', `${verb}/${requestId}`, { agent_message: message })
    },
    close: async () => {
      server.close()
      await acme.guard.close()
      await close()
    },
  }
}

interface Wire {
  readonly request_id: string
  readonly justification?: string
  readonly on_behalf_of?: string
  readonly authorization_details: readonly {
    readonly type: string
    readonly actions?: readonly string[]
    readonly identifier?: string
  }[]
}
