import type { AuditItem, AuditReport, Page } from '@lumojit/authority'
import { html } from 'hono/html'
import { code, codeLines, type Html, inert } from '../words/inert.ts'
import { actor } from '../words/people.ts'
import { moment } from '../words/time.ts'
import { csrfField } from './csrf-field.ts'
import { empty } from './empty.ts'
import { type PageContext, page } from './page.ts'
import { pager } from './pager.ts'

export interface AuditFilter {
  readonly chain?: string | undefined
  readonly kind?: string | undefined
  readonly by?: string | undefined
}

export interface Audit {
  readonly entries: Page<AuditItem>
  readonly filter: AuditFilter
  readonly after?: string | undefined
  /** After “Verify”. */
  readonly report?: AuditReport | undefined
}

const KINDS = [
  ['request.opened', 'asked'],
  ['request.approved', 'approved'],
  ['request.denied', 'denied'],
  ['request.revoked', 'revoked'],
  ['token.issued', 'token issued'],
  ['token.revoked', 'token revoked'],
  ['task.opened', 'task opened'],
  ['task.completed', 'task completed'],
  ['task.suspended', 'task suspended'],
] as const

/** Who did what, in hash chains that show every later change. */
export const auditPage = (
  context: PageContext,
  { entries, filter, after, report }: Audit,
): Html => {
  const { path, visit, now } = context
  const query = new URLSearchParams(
    Object.entries(filter).filter(([, value]) => value !== undefined) as [string, string][],
  )
  const href = `${path}/audit${query.size > 0 ? `?${query}` : ''}`
  return page(context, {
    room: 'audit',
    title: 'Audit',
    main: html`<header class="head"><h1>Audit</h1><p>Every decision and every token, in chains of hashes: whatever is changed afterwards shows.</p></header>
<div class="tools">
<form method="post" action="${path}/audit/verify">${csrfField(visit)}<button>Verify all of it</button></form>
<form method="get" action="${path}/audit/export">${filter.chain === undefined ? '' : html`<input type="hidden" name="chain" value="${filter.chain}">`}<button class="secondary">Export${filter.chain === undefined ? '' : ' this chain'} as JSON lines</button></form>
</div>
${report === undefined ? '' : verdict(report)}
<form method="get" action="${path}/audit" class="filters" aria-label="Filter">
<label>Chain <small>task id, or keys</small><input name="chain" value="${filter.chain ?? ''}" autocomplete="off" spellcheck="false"></label>
<label>What <select name="kind"><option value="">everything</option>${KINDS.map(
      ([kind, name]) =>
        html`<option value="${kind}"${filter.kind === kind ? html` selected` : ''}>${name}</option>`,
    )}</select></label>
<label>By <small>agent:… or user:…</small><input name="by" value="${filter.by ?? ''}" autocomplete="off" spellcheck="false"></label>
<button class="secondary">Filter</button>
</form>
${
  entries.items.length === 0
    ? empty(
        'No entry',
        query.size > 0
          ? html`Nothing fits this filter. <a href="${path}/audit">Show everything</a>.`
          : html`The first entry is written when an agent opens a task.`,
      )
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Entries"><table class="entries"><thead><tr><th scope="col">When (UTC)</th><th scope="col">What</th><th scope="col">By</th><th scope="col">Chain</th><th scope="col">Data</th></tr></thead>
<tbody>${entries.items.map((entry) => row(path, entry, now))}</tbody></table></div>
${pager(href, { shown: entries.items.length, total: entries.total, next: entries.next, first: after === undefined })}`
}`,
  })
}

const row = (
  path: string,
  { chain, sequence, at, kind, by, data, hash }: AuditItem,
  now: number,
): Html => {
  const request = requestOf(data)
  return html`<tr><td>${moment(at, now)}</td><td><span class="kind">${inert(kind, 60)}</span></td><td>${actor(by, kind)}</td>
<td>${chain.startsWith('task_') ? html`<a href="${path}/tasks/${chain}">${html`<code>${short(chain)}</code>`}</a>` : code(chain, 40)} <small>${sequence}</small></td>
<td class="data"><details><summary>${code(JSON.stringify(data), 400)}</summary><pre tabindex="0" aria-label="Data of entry ${sequence}">${codeLines(JSON.stringify(data, null, 2))}</pre>
<p>${request === undefined ? '' : html`<a href="${path}/requests/${request}">The request</a> · `}<small>hash</small> ${code(hash)}</p></details></td></tr>`
}

/** Ids are random: their beginning tells them apart on one page. */
const short = (id: string): string => (id.length > 14 ? `${id.slice(0, 12)}…` : id)

/** The request an entry speaks of; ids are of this authority's making. */
const requestOf = (data: AuditItem['data']): string | undefined => {
  const id =
    typeof data === 'object' && data !== null && 'request' in data ? data.request : undefined
  return typeof id === 'string' && /^jit_[\w-]+$/.test(id) ? id : undefined
}

const PROBLEMS: Readonly<Record<AuditReport['problems'][number]['problem'], string>> = {
  changed: 'was changed',
  missing: 'is missing',
  'out-of-order': 'is out of order',
  'anchor-mismatch': 'does not fit its anchor',
  'head-mismatch': 'does not fit the head of its chain',
}

const verdict = ({ entries, chains, anchors, unanchored, problems }: AuditReport): Html =>
  problems.length === 0
    ? html`<aside class="notice good" role="status"><p><strong>Whole.</strong> ${entries} entries in ${chains} chains, ${anchors} anchors; ${unanchored} entries are newer than the last anchor.</p></aside>`
    : html`<aside class="notice bad" role="alert"><p><strong>${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}.</strong> Keep a copy of the database, and compare it with your last export.</p>
<ul>${problems.slice(0, 50).map(({ chain, sequence, problem }) => html`<li>Entry ${sequence} of ${code(chain)} ${PROBLEMS[problem]}.</li>`)}</ul></aside>`
