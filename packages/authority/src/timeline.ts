import type { TimelineEntry, TimelineKind } from './human-side.ts'
import type { StoredAudit } from './records.ts'

type Data = Readonly<Record<string, unknown>>

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Types and actions of details, as a person names them: `payment (initiate)`. */
const inShort = (details: unknown): string =>
  (Array.isArray(details) ? details : [])
    .map((each: { type?: unknown; actions?: unknown }) => {
      const actions = Array.isArray(each?.actions) ? ` (${each.actions.join(', ')})` : ''
      return `${text(each?.type) ?? 'something'}${actions}`
    })
    .join(', ')

const because: Readonly<Record<string, string>> = {
  denial_limit_exceeded: 'Suspended: it was denied too often.',
  risk_threshold_exceeded: 'Suspended: it asked for too much.',
  ended_by_user: 'Ended by a person.',
}

/** What an entry of a task's chain means to whoever reads the task's story. */
const meaning = (kind: string, by: string, data: Data): readonly [TimelineKind, string] => {
  switch (kind) {
    case 'task.opened':
      return ['opened', 'The task began.']
    case 'task.completed':
      return ['completed', 'The agent completed the task; its tokens are dead.']
    case 'task.suspended': {
      const cause = text(data.because) ?? ''
      const kind = cause === 'ended_by_user' ? 'ended' : 'suspended'
      return [kind, because[cause] ?? 'Suspended.']
    }
    case 'request.opened': {
      const what = inShort(data.details)
      if (data.state === 'approved') return ['granted', `Asked for ${what}; granted by rule.`]
      if (data.state === 'denied') return ['refused', `Asked for ${what}; refused at once.`]
      return ['asked', `Asked for ${what}, at ${text(data.risk) ?? 'unknown'} risk.`]
    }
    case 'request.joined':
      return ['asked-again', 'Asked the same again, with another reason.']
    case 'request.approved':
      return [
        'approved',
        `Approved ${data.reuse === 'task' ? 'for this task' : 'once'}: ${inShort(data.granted)}.`,
      ]
    case 'request.denied':
      return ['denied', 'Denied.']
    case 'request.revoked':
      return by.startsWith('agent:')
        ? ['withdrawn', 'The agent took the request back.']
        : ['revoked', 'Revoked for the rest of the task.']
    case 'token.issued':
      return ['redeemed', 'The agent fetched a token.']
    case 'token.revoked':
      return ['given-back', 'The agent gave its token back.']
    default:
      return ['asked-again', kind]
  }
}

/** The story of a task, out of its chain. */
export const timelineOf = (entries: readonly StoredAudit[]): readonly TimelineEntry[] =>
  entries.map(({ at, kind: stored, by, data: json }) => {
    const data: Data = JSON.parse(json)
    const [kind, summary] = meaning(stored, by, data)
    const requestId = text(data.request)
    return { at, kind, by, ...(requestId !== undefined && { requestId }), summary }
  })
