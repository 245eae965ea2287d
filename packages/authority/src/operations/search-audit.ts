import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { AuditItem } from '../human-side.ts'
import { readMoment, readText } from '../input.ts'
import { type Page, type PageInput, readWindow, toPage } from '../page.ts'
import { AUDITORS, requireRight } from '../rights.ts'

export interface SearchAuditInput extends PageInput {
  readonly by: Caller
  /** Task id, `keys`, `user:…`, `agent:…`, or `sign-in`. */
  readonly chain?: unknown
  /** What its kind begins with: `request.` or `request.approved`. */
  readonly kind?: unknown
  /** What `by` begins with: `user:`, `agent:agt_7`. */
  readonly actor?: unknown
  /** Milliseconds, or RFC 3339; both ends are counted in. */
  readonly since?: unknown
  readonly until?: unknown
}

/** Entries of the audit, newest first. */
export const searchAudit = async (
  context: Context,
  input: SearchAuditInput,
): Promise<Page<AuditItem>> => {
  requireRight(context, input.by, AUDITORS)
  const filter = {
    chain: readText('chain', input.chain, 300),
    kind: readText('kind', input.kind, 100),
    by: readText('actor', input.actor, 300),
    since: readMoment('since', input.since),
    until: readMoment('until', input.until),
  }
  const given = Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined),
  )
  const window = readWindow(input, ['number', 'string', 'number'])
  return toPage(
    await context.store.auditPage(given, window),
    ({ previous: _, data, ...entry }) => ({
      ...entry,
      data: JSON.parse(data),
    }),
  )
}
