import type { AuditReport } from '@lumojit/authority'
import type { Desk, Route } from '../desk.ts'
import { auditPage } from '../pages/audit.ts'
import { afterOf, choiceOf, withWaiting } from './around.ts'

const PAGE = 50

const show = async (desk: Desk, report?: AuditReport): Promise<Response> => {
  const { operations, by, query } = desk
  const after = afterOf(query)
  const filter = {
    chain: choiceOf(query, 'chain'),
    kind: choiceOf(query, 'kind'),
    by: choiceOf(query, 'by'),
  }
  const { chain, kind } = filter
  const entries = await operations.searchAudit({
    by,
    limit: PAGE,
    after,
    chain,
    kind,
    actor: filter.by,
  })
  return desk.show(auditPage(await withWaiting(desk), { entries, filter, after, report }))
}

export const auditRoutes: readonly Route<Desk>[] = [
  ['GET', '/audit', (desk) => show(desk)],
  // A post, for it reads all there is: no link on another page sets it off.
  [
    'POST',
    '/audit/verify',
    async (desk) => show(desk, await desk.operations.verifyAudit({ by: desk.by })),
  ],
  [
    'GET',
    '/audit/export',
    async ({ operations, by, query, now }) => {
      const chain = choiceOf(query, 'chain')
      const lines = operations.exportAudit({ by, ...(chain !== undefined && { chain }) })
      // The first line is read here, so that a refusal is still a page.
      const first = await lines.next()
      const encoder = new TextEncoder()
      let line = first
      const text = new ReadableStream<Uint8Array>({
        async pull(controller) {
          if (line.done) return controller.close()
          controller.enqueue(encoder.encode(`${line.value}\n`))
          line = await lines.next()
        },
        cancel: () => lines.return().then(() => {}),
      })
      const name = `audit-${new Date(now).toISOString().slice(0, 10)}.jsonl`
      return new Response(text, {
        headers: {
          'content-type': 'application/x-ndjson',
          'content-disposition': `attachment; filename="${name}"`,
        },
      })
    },
  ],
]
