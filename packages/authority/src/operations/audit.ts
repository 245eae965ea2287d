import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { StoredAnchor, StoredAudit } from '../records.ts'
import { AUDITORS, requireRight } from '../rights.ts'
import { type AuditReport, verifyAudit as verify } from '../verify-audit.ts'

/** Pins the heads of all chains that grew; a server does it every minute. True when there was anything to pin. */
export const anchorAudit = (context: Context): Promise<boolean> =>
  context.store.anchorAudit(context.clock.now())

/** Who reads: with `by` the right is asked for; without it, whoever runs the authority. */
export interface AuditInput {
  readonly by?: Caller
}

const admit = (context: Context, { by }: AuditInput): void => {
  if (by) requireRight(context, by, AUDITORS)
}

/** Recomputes every hash of every chain and compares with the anchors. */
export const verifyAudit = async (
  context: Context,
  input: AuditInput = {},
): Promise<AuditReport> => {
  admit(context, input)
  return verify(await context.store.auditSnapshot())
}

/** One chain, or all: entries by chain and sequence. */
export const readAudit = async (
  context: Context,
  input: AuditInput & { readonly chain?: string } = {},
): Promise<readonly StoredAudit[]> => {
  admit(context, input)
  return context.store.audit(input.chain)
}

const entryLine = ({ data, at, ...entry }: StoredAudit): string =>
  JSON.stringify({
    type: 'entry',
    at: new Date(at).toISOString(),
    ...entry,
    data: JSON.parse(data),
    at_ms: at,
  })

const anchorLine = ({ heads, at, ...anchor }: StoredAnchor): string =>
  JSON.stringify({
    type: 'anchor',
    at: new Date(at).toISOString(),
    ...anchor,
    heads: JSON.parse(heads),
    at_ms: at,
  })

/** JSON lines: every entry, then every anchor. Keep the last anchor elsewhere: it pins all before it. */
export async function* exportAudit(
  context: Context,
  input: AuditInput & { readonly chain?: string } = {},
): AsyncGenerator<string, void, void> {
  admit(context, input)
  for (const entry of await context.store.audit(input.chain)) yield entryLine(entry)
  if (input.chain === undefined)
    for (const anchor of await context.store.anchors()) yield anchorLine(anchor)
}
