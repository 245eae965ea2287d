import type { DeliveryItem, Page, WebhookView } from '@lumojit/authority'
import { html, raw } from 'hono/html'
import { code, type Html } from '../words/inert.ts'
import { moment, since } from '../words/time.ts'
import { csrfField } from './csrf-field.ts'
import { empty } from './empty.ts'
import { type PageContext, page } from './page.ts'
import { pager } from './pager.ts'

interface Webhooks {
  readonly hooks: readonly WebhookView[]
  readonly deliveries: Page<DeliveryItem>
  /** Which are shown; absent: all. */
  readonly state?: string | undefined
  readonly after?: string | undefined
}

const STATES = [
  ['', 'All'],
  ['due', 'Tried again'],
  ['dead', 'Given up'],
] as const

/** Which systems are told, and what they have not taken. */
export const webhooksPage = (context: PageContext, webhooks: Webhooks): Html => {
  const { hooks, deliveries } = webhooks
  const some = hooks.length > 0 || deliveries.total > 0 || webhooks.state !== undefined
  return page(context, {
    room: 'webhooks',
    title: 'Webhooks',
    main: html`<header class="head"><h1>Webhooks</h1><p>Systems of yours that are told what happens. What one does not take is tried eight times within a day, then kept here.</p></header>
${
  hooks.length === 0
    ? empty(
        'No webhook yet',
        html`Configure one in the seed file under <code>webhooks:</code>, each with <code>url</code>, <code>secret</code> (<code>whsec_…</code>, which signs what is sent) and, if not all of the usual, <code>events</code>. Then start the authority again.`,
      )
    : html`<ul class="cards">${hooks.map(hookRow)}</ul>`
}
${some ? undelivered(context, webhooks) : ''}`,
  })
}

const hookRow = ({ url, events, due, dead }: WebhookView): Html =>
  html`<li class="card"><div>
<p class="line"><strong>${code(url)}</strong>${due > 0 ? html` <span class="tag waits">${due} due</span>` : ''}${dead > 0 ? html` <span class="tag stop">${dead} given up</span>` : ''}</p>
<p class="line meta">${events.map((event) => html`<span>${code(event)}</span> `)}</p></div></li>`

const undelivered = (context: PageContext, { deliveries, state, after }: Webhooks): Html => {
  const { path } = context
  const href = `${path}/webhooks${state === undefined ? '' : `?state=${encodeURIComponent(state)}`}`
  return html`<section class="undelivered" aria-labelledby="undelivered"><h2 id="undelivered">Not delivered</h2>
<nav class="filter" aria-label="State"><ul>${STATES.map(
    ([each, name]) =>
      html`<li><a href="${path}/webhooks${each === '' ? '' : `?state=${each}`}"${(state ?? '') === each ? raw(' aria-current="true"') : ''}>${name}</a></li>`,
  )}</ul></nav>
${
  deliveries.items.length === 0
    ? empty('Nothing is owed', html`What was delivered is not kept.`)
    : html`<ul class="cards">${deliveries.items.map((delivery) => deliveryRow(context, delivery))}</ul>
${pager(href, { shown: deliveries.items.length, total: deliveries.total, next: deliveries.next, first: after === undefined })}`
}</section>`
}

const deliveryRow = ({ path, visit, now }: PageContext, delivery: DeliveryItem): Html => {
  const { id, url, event, at, attempts, lastStatus, due, taskId, requestId, agentId } = delivery
  return html`<li class="card" id="delivery-${id}"><div>
<p class="line"><span class="status ${due === undefined ? 'suspended' : 'due'}">${due === undefined ? 'given up' : 'due'}</span> <strong>${code(event)}</strong> to ${code(url)}</p>
<p class="line meta"><span>${answered(lastStatus)}</span> <span>${attempts === 1 ? '1 attempt' : `${attempts} attempts`}</span>${due === undefined ? '' : html` <span>next at ${moment(due, now)} UTC</span>`} <span>happened ${since(at, now)}</span>${
    requestId === undefined
      ? ''
      : html` <a href="${path}/requests/${encodeURIComponent(requestId)}">the request</a>`
  }${
    taskId === undefined
      ? ''
      : html` <a href="${path}/tasks/${encodeURIComponent(taskId)}">the task</a>`
  }${agentId === undefined ? '' : html` <span>agent ${code(agentId)}</span>`} <span>${code(id)}</span></p></div>${
    due === undefined
      ? html`<form method="post" action="${path}/webhooks/${encodeURIComponent(id)}/retry">${csrfField(visit)}<button class="small" aria-label="Try again: ${event} to ${url}">Try again</button></form>`
      : ''
  }</li>`
}

const answered = (status: number | undefined): string =>
  status === undefined
    ? 'not tried yet'
    : status === 0
      ? 'no answer, or no such webhook any more'
      : `answered ${status}`
