import { createInterface } from 'node:readline/promises'
import type { Authority } from './process-messages.ts'

/** What a person sees of a request before deciding. */
interface Waiting {
  readonly request_id: string
  readonly authorization_details: readonly {
    readonly type: string
    readonly actions?: readonly string[]
    readonly identifier?: string
  }[]
  readonly justification?: string
}

export interface Decided {
  readonly who: string
  readonly what: string
  readonly approved: boolean
}

/** Payments are decided by whoever sits at the terminal; deletions are against the rules of the house. */
export type Person = (asked: {
  readonly action: string
  readonly object: string
  readonly reason: string
}) => Promise<{ readonly approved: boolean; readonly message?: string; readonly who: string }>

export const scripted: Person = async ({ action }) =>
  action === 'delete'
    ? {
        approved: false,
        message: 'Agents do not delete documents here.',
        who: "Dana (the demo's script)",
      }
    : { approved: true, message: 'Approved, once.', who: "Dana (the demo's script)" }

export const atTerminal: Person = async (asked) => {
  if (asked.action === 'delete') return scripted(asked)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // While a question is open the terminal hands Ctrl-C to us instead of to the process.
  terminal.once('SIGINT', () => {
    process.stderr.write('\n')
    terminal.close()
    process.kill(process.pid, 'SIGINT')
  })
  try {
    const answer = await terminal.question(
      `\n        The agent wants to ${asked.action} ${asked.object}.\n        It says why (which may be untrue): ${asked.reason}\n        Do you approve? [y/N] `,
    )
    return { approved: /^y(es)?$/i.test(answer.trim()), who: 'you' }
  } finally {
    terminal.close()
  }
}

/** Decides one request through the approval API, with a user's token: an agent's would be refused. */
export async function decide(
  { issuer, userToken }: Authority,
  requestId: string,
  person: Person,
): Promise<Decided> {
  const headers = { authorization: `Bearer ${userToken}`, 'content-type': 'application/json' }
  const pending = await fetch(`${issuer}/jit/pending`, { headers })
  const { pending_requests: waiting } = (await pending.json()) as {
    pending_requests: readonly Waiting[]
  }
  const request = waiting.find(({ request_id }) => request_id === requestId)
  if (!request) throw new Error('the request is no longer pending')
  const [detail] = request.authorization_details
  const action = detail?.actions?.[0] ?? 'use'
  const object = `${detail?.type} ${detail?.identifier ?? ''}`.trim()
  const { approved, message, who } = await person({
    action,
    object,
    reason: request.justification ?? 'no reason given',
  })
  const answered = await fetch(`${issuer}/jit/${approved ? 'approve' : 'deny'}/${requestId}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(message ? { agent_message: message } : {}),
  })
  if (!answered.ok) throw new Error(`the authority answered ${answered.status} to a decision`)
  return {
    who,
    what: `${action} ${object}${message ? ` — “${message}”` : ''}`,
    approved,
  }
}
