import type { Context } from '../context.ts'
import type { StoredAnchor, StoredAudit } from '../records.ts'
import { type AuditReport, verifyAudit as verify } from '../verify-audit.ts'

/** Pins the heads of all chains that grew; a server does it every minute. True when there was anything to pin. */
export const anchorAudit = (context: Context): Promise<boolean> =>
  context.store.anchorAudit(context.clock.now())

/** Recomputes every hash of every chain and compares with the anchors. */
export const verifyAudit = async (context: Context): Promise<AuditReport> =>
  verify({
    entries: await context.store.audit(),
    heads: await context.store.chainHeads(),
    anchors: await context.store.anchors(),
  })

/** One chain, or all: entries by chain and sequence. */
export const readAudit = (
  context: Context,
  input: { readonly chain?: string } = {},
): Promise<readonly StoredAudit[]> => context.store.audit(input.chain)

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
  input: { readonly chain?: string } = {},
): AsyncGenerator<string, void, void> {
  for (const entry of await context.store.audit(input.chain)) yield entryLine(entry)
  if (input.chain === undefined)
    for (const anchor of await context.store.anchors()) yield anchorLine(anchor)
}
