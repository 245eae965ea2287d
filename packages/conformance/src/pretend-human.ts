import type { AuthorityServer } from '@lumojit/authority'
import type { AuthorizationDetails, Reuse } from '@lumojit/protocol'

export interface Person {
  readonly id: string
  readonly email: string
}

/** A question as the approver sees it. */
export interface PendingItem {
  readonly requestId: string
  readonly taskId: string
  readonly taskName: string | undefined
  readonly onBehalfOf: string | undefined
  readonly details: AuthorizationDetails
  readonly resource: string | undefined
  readonly justifications: readonly string[]
  readonly reuse: Reuse
  readonly risk: string
  readonly requestedTtl: number
}

export interface ApproveOptions {
  readonly ttlSeconds?: number
  readonly reuse?: Reuse
  /** Less than was asked. */
  readonly details?: AuthorizationDetails
  /** For the agent. */
  readonly message?: string
  /** Internal. */
  readonly notes?: string
}

/** The person who decides, with a real user token, through the authority's own HTTP endpoints. */
export interface PretendHuman {
  /** Known users; neither may decide. */
  readonly alice: Person
  readonly bob: Person
  pending(): Promise<readonly PendingItem[]>
  /** Resolves with the list, oldest first, once at least `count` questions are open. */
  waitForPending(count: number): Promise<readonly PendingItem[]>
  approve(requestId: string, options?: ApproveOptions): Promise<void>
  deny(
    requestId: string,
    options?: { readonly message?: string; readonly reason?: string },
  ): Promise<void>
  /** Those details are then denied for the rest of the task. */
  revoke(requestId: string): Promise<void>
}

export const people = {
  alice: { id: 'user-alice', email: 'alice@acme-corp.com' },
  bob: { id: 'user-bob', email: 'bob@acme-corp.com' },
  approver: { id: 'user-carol', email: 'carol@acme-corp.com' },
} as const satisfies Record<string, Person>

export function pretendHuman(authority: AuthorityServer): PretendHuman {
  const call = async (method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> => {
    const { operations, issuer } = authority
    const { accessToken } = await operations.issueUserToken({ userId: people.approver.id })
    const response = await authority.fetch(
      new Request(`${issuer}/jit/${path}`, {
        method,
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  const decide = async (verb: string, requestId: string, body: object) => {
    await call('POST', `${verb}/${encodeURIComponent(requestId)}`, body)
  }
  const pending = async () => {
    const { pending_requests } = (await call('GET', 'pending')) as { pending_requests: Wire[] }
    return pending_requests.map(read)
  }
  return {
    alice: people.alice,
    bob: people.bob,
    pending,
    waitForPending: async (count) => {
      for (;;) {
        const items = await pending()
        if (items.length >= count) return items
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    approve: (requestId, options = {}) =>
      decide('approve', requestId, {
        ttl: options.ttlSeconds,
        reuse: options.reuse,
        authorization_details: options.details,
        agent_message: options.message,
        notes: options.notes,
      }),
    deny: (requestId, options = {}) =>
      decide('deny', requestId, { agent_message: options.message, reason: options.reason }),
    revoke: (requestId) => decide('revoke', requestId, {}),
  }
}

interface Wire {
  readonly request_id: string
  readonly task_id: string
  readonly task_name: string | null
  readonly on_behalf_of: string | null
  readonly authorization_details: AuthorizationDetails
  readonly resource: string | null
  readonly justifications: readonly string[]
  readonly reuse: Reuse
  readonly risk_level: string
  readonly requested_ttl: number
}

function read(item: Wire): PendingItem {
  return {
    requestId: item.request_id,
    taskId: item.task_id,
    taskName: item.task_name ?? undefined,
    onBehalfOf: item.on_behalf_of ?? undefined,
    details: item.authorization_details,
    resource: item.resource ?? undefined,
    justifications: item.justifications,
    reuse: item.reuse,
    risk: item.risk_level,
    requestedTtl: item.requested_ttl,
  }
}
