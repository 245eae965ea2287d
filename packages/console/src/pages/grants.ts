import type { LiveGrant, Page } from '@lumojit/authority'
import { html } from 'hono/html'
import { asText, inOneLine } from '../words/details.ts'
import { code, type Html, inert } from '../words/inert.ts'
import { actor, agentName, reuse, risk } from '../words/people.ts'
import { countdown } from '../words/time.ts'
import { csrfField } from './csrf-field.ts'
import { empty } from './empty.ts'
import { type PageContext, page } from './page.ts'
import { pager } from './pager.ts'
import { mayDecide } from './visit.ts'

export interface Grants {
  readonly grants: Page<LiveGrant>
  readonly after?: string | undefined
}

/** What agents can do at this moment. */
export const grantsPage = (context: PageContext, grants: Grants): Html =>
  page(context, {
    room: 'grants',
    title: 'Grants',
    main: html`<header class="head"><h1>Grants</h1><p>What agents can do at this moment. Revoked is dead at once, and stays denied for the rest of its task.</p></header>
${grantsList(context, grants)}`,
  })

export const grantsList = (context: PageContext, { grants, after }: Grants): Html => {
  const { path } = context
  const self = after === undefined ? '' : `?after=${encodeURIComponent(after)}`
  return html`<section id="list" class="live" aria-label="Grants" hx-get="${path}/grants/list${self}" hx-trigger="grants from:#live throttle:2s, refresh" hx-swap="outerMorph">
<p id="held" class="held" role="status" hidden></p>
${
  grants.items.length === 0
    ? empty(
        'Nothing is granted',
        html`No agent holds a token that could open anything. What they ask for appears in the <a href="${path}/">Inbox</a>.`,
      )
    : html`${grantTable(context, grants.items)}${pager(`${path}/grants`, { shown: grants.items.length, total: grants.total, next: grants.next, first: after === undefined })}`
}</section>`
}

/** Live grants as cards, each with its way out. */
export const grantTable = (context: PageContext, grants: readonly LiveGrant[]): Html =>
  html`<ul class="cards grants">${grants.map((grant) => row(context, grant))}</ul>`

const row = ({ path, visit, now }: PageContext, grant: LiveGrant): Html => {
  const {
    requestId,
    taskId,
    taskName,
    onBehalfOf,
    agent,
    details,
    resource,
    decidedBy,
    redemptions,
    expiresAt,
  } = grant
  return html`<li id="grant-${requestId}" class="card"><div>
<p class="line">${risk(grant.risk)} <a href="${path}/requests/${requestId}">${inOneLine(details)}</a> ${reuse(grant.reuse)}</p>
<p class="line meta">${agentName(agent)}${onBehalfOf === undefined ? '' : html` <span>for ${code(onBehalfOf, 80)}</span>`} <a href="${path}/tasks/${taskId}">${taskName === undefined ? code(taskId) : inert(taskName, 120)}</a>${resource === undefined ? '' : html` <span>at ${code(resource, 120)}</span>`} <span>by ${actor(decidedBy === undefined ? 'authority' : `user:${decidedBy}`)}</span>${redemptions > 1 ? html` <span>${redemptions} tokens so far</span>` : ''}</p>
</div>${countdown(expiresAt, now, { over: 'over' })}${
    mayDecide(visit)
      ? html`<form method="post" action="${path}/requests/${requestId}/revoke">${csrfField(visit)}<input type="hidden" name="back" value="grants"><button class="danger small" aria-label="Revoke: ${asText(details)}">Revoke</button></form>`
      : ''
  }</li>`
}
