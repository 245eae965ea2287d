import type { Page, PendingItem, RequestReading } from '@lumojit/authority'
import { html } from 'hono/html'
import { asText, inOneLine } from '../words/details.ts'
import { code, type Html, inert } from '../words/inert.ts'
import { agentName, reuse, risk } from '../words/people.ts'
import { countdown } from '../words/time.ts'
import { csrfField } from './csrf-field.ts'
import { empty } from './empty.ts'
import { type PageContext, page } from './page.ts'
import { pager } from './pager.ts'
import { mayDecide } from './visit.ts'

export interface Inbox {
  readonly pending: Page<PendingItem>
  readonly after?: string | undefined
  /** What this person decided a moment ago. */
  readonly decided?: RequestReading | undefined
}

/** Everything that waits for a person, riskiest first. */
export const inboxPage = (context: PageContext, inbox: Inbox): Html =>
  page(context, {
    room: 'inbox',
    title: inbox.pending.total === 0 ? 'Inbox' : `(${inbox.pending.total}) Inbox`,
    main: html`<header class="head"><h1>Inbox</h1><p>What agents ask and only a person may give. Riskiest first.</p></header>
${inbox.decided ? decidedNotice(context, inbox.decided) : ''}
${inboxList(context, inbox)}`,
  })

/** For who is known, and may see nothing. */
export const nothingPage = (context: PageContext): Html =>
  page(context, {
    room: 'inbox',
    title: 'No rights',
    main: empty(
      'You may see nothing here yet',
      html`Somebody who keeps the seed file has to give you <code>jit.approve</code>, <code>jit.audit</code> or <code>jit.admin</code>.`,
    ),
  })

/** The list alone: what a live page asks for again. */
export const inboxList = (context: PageContext, { pending, after }: Inbox): Html => {
  const { path, now } = context
  const self = after === undefined ? '' : `?after=${encodeURIComponent(after)}`
  return html`<section id="list" class="live" aria-label="Requests that wait" aria-live="off" hx-get="${path}/inbox/list${self}" hx-trigger="pending from:#live throttle:1s, refresh" hx-swap="outerMorph">
<p id="held" class="held" role="status" hidden></p>
${
  pending.total === 0
    ? empty(
        'Nothing waits',
        html`When an agent asks for something that only a person may give, it appears here by itself. See what runs in <a href="${path}/tasks">Tasks</a>, or what is granted in <a href="${path}/grants">Grants</a>.`,
      )
    : html`<ol class="requests" data-total="${pending.total}">${pending.items.map((item) => row(path, item, now))}</ol>
${pager(`${path}/`, { shown: pending.items.length, total: pending.total, next: pending.next, first: after === undefined })}`
}
</section>`
}

const row = (
  path: string,
  { request, task, agent, holds, own }: PendingItem,
  now: number,
): Html => {
  const why = request.justifications.at(-1)
  return html`<li id="row-${request.id}" class="request ${request.risk}"><a href="${path}/requests/${request.id}">
<span class="line">${risk(request.risk)} ${inOneLine(request.details)}</span>
<span class="line meta">${agentName(agent)}${
    task.onBehalfOf === undefined ? '' : html` <span>for ${code(task.onBehalfOf, 80)}</span>`
  } <span class="task">${task.name === undefined ? code(task.id) : inert(task.name, 120)}</span> ${reuse(request.reuse)}${
    holds > 0 ? html` <span class="tag">holds ${holds}</span>` : ''
  }${own ? html` <span class="tag stop">for you: somebody else decides</span>` : ''}</span>
${why === undefined ? '' : html`<span class="line why">${inert(why, 160)}</span>`}
</a>${countdown(request.pendingUntil, now, { over: 'expired' })}</li>`
}

/** What was just decided, and the way back. */
const decidedNotice = (context: PageContext, { request, status, agent }: RequestReading): Html => {
  const { path, visit } = context
  const link = html`<a href="${path}/requests/${request.id}">${asText(request.granted ?? request.details)}</a>`
  if (status === 'approved' && mayDecide(visit))
    return html`<aside class="notice good" role="status"><p><strong>Approved ${request.reuse === 'once' ? 'once' : 'for this task'}:</strong> ${link} for ${agentName(agent)}.</p>
<form method="post" action="${path}/requests/${request.id}/revoke">${csrfField(visit)}<button id="undo" class="secondary" data-key="z">Undo: revoke it</button></form></aside>`
  if (status === 'denied')
    return html`<aside class="notice" role="status"><p><strong>Denied:</strong> ${link} for ${agentName(agent)}.${
      request.agentMessage === undefined
        ? ''
        : html` The agent was told: “${inert(request.agentMessage)}”`
    }</p></aside>`
  return html`<aside class="notice" role="status"><p><strong>${status === 'revoked' ? 'Revoked:' : 'Over:'}</strong> ${link} for ${agentName(agent)}.${
    request.sticks ? ' The same stays denied for the rest of its task.' : ''
  }</p></aside>`
}
