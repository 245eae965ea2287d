import type { LiveGrant, RequestReading } from '@lumojit/authority'
import { html } from 'hono/html'
import { asText, inOneLine, plainWords, rawDetails } from '../words/details.ts'
import { code, type Html, inert } from '../words/inert.ts'
import { actor, agentName, reuse, risk } from '../words/people.ts'
import { countdown, moment, since, span } from '../words/time.ts'
import { csrfField } from './csrf-field.ts'
import { decisionForm } from './decision-form.ts'
import { type PageContext, page } from './page.ts'
import { mayDecide } from './visit.ts'

export interface Decide {
  readonly reading: RequestReading
  /** Why the last try was refused, in words of the authority. */
  readonly refused?: string | undefined
}

/** One request: everything a person needs to decide it, and the decision. */
export const decidePage = (context: PageContext, decide: Decide): Html => {
  const { request } = decide.reading
  return page(context, {
    room: 'inbox',
    title: asText(request.details),
    main: html`<header class="head"><p class="crumb"><a href="${context.path}/">Inbox</a></p>
<h1 class="question">${agentName(decide.reading.agent)} ${decide.reading.status === 'pending' ? 'asks' : 'asked'} to</h1></header>
<div class="decide"><div class="facts">
<div class="what">${risk(request.risk)}${plainWords(request.details)}${rawDetails(request.details)}</div>
${why(request.justifications)}
${facts(context, decide.reading)}
${held(context, decide.reading)}
</div>
<div class="panel">${state(context, decide)}</div></div>`,
  })
}

const why = (justifications: readonly string[]): Html =>
  html`<section class="why-box" aria-labelledby="why"><h2 id="why">Why, in the agent’s own words</h2>
<p class="warning">Written by the agent, or by whoever made it ask. It may be untrue. Decide by what is asked.</p>
${
  justifications.length === 0
    ? html`<p><em>It gave no reason.</em></p>`
    : justifications.map((text) => html`<blockquote>${inert(text, 480)}</blockquote>`)
}</section>`

const facts = ({ path, now }: PageContext, { request, task, agent }: RequestReading): Html =>
  html`<dl class="table">
<div><dt>Agent</dt><dd>${agentName(agent)}</dd></div>
<div><dt>On behalf of</dt><dd>${task.onBehalfOf === undefined ? html`<em>nobody: for itself</em>` : code(task.onBehalfOf)}</dd></div>
<div><dt>Task</dt><dd><a href="${path}/tasks/${task.id}">${task.name === undefined ? code(task.id) : inert(task.name, 240)}</a>${
    task.denials > 0 ? html` <span class="tag stop">${task.denials} denied in it</span>` : ''
  }</dd></div>
<div><dt>For</dt><dd>${request.resource === undefined ? html`<em>any resource</em>` : code(request.resource)}</dd></div>
<div><dt>Wants it</dt><dd>${reuse(request.reuse)}, ${span(request.ttlSeconds * 1000)} a token</dd></div>
<div><dt>Asked</dt><dd>${moment(request.createdAt, now)}, ${since(request.createdAt, now)}</dd></div>
<div><dt>Request</dt><dd>${code(request.id)}</dd></div>
</dl>`

const held = ({ path, now }: PageContext, { grants, task }: RequestReading): Html =>
  html`<section aria-labelledby="holds"><h2 id="holds">What this task already holds</h2>${
    grants.length === 0
      ? html`<p class="none">Nothing at this moment.</p>`
      : html`<ul class="holds">${grants.map((grant: LiveGrant) => html`<li>${inOneLine(grant.details)} ${reuse(grant.reuse)} ${countdown(grant.expiresAt, now, { over: 'over' })}</li>`)}</ul>`
  }<p><a href="${path}/tasks/${task.id}">The whole task</a></p></section>`

/** The form while it waits; what became of it afterwards. Asked for again when somebody else decides. */
export const state = (context: PageContext, { reading, refused }: Decide): Html => {
  const { path, now } = context
  const { request, status } = reading
  const complaint =
    refused === undefined ? '' : html`<p class="refused" role="alert">${inert(refused)}</p>`
  if (status === 'pending')
    return html`<section id="state" class="state open" aria-label="Decide" hx-get="${path}/requests/${request.id}/state" hx-trigger="pending from:#live throttle:1s" hx-swap="outerHTML">
<p class="clock">${countdown(request.pendingUntil, now, { over: 'Too late: it expired' })}</p>${complaint}
${decisionForm(context, reading)}</section>`
  return html`<section id="state" class="state" aria-label="Decided" hx-get="${path}/requests/${request.id}/state" hx-trigger="pending from:#live throttle:1s, grants from:#live throttle:1s" hx-swap="outerMorph">
${complaint}${outcome(context, reading)}</section>`
}

const TITLES = {
  approved: 'Approved',
  denied: 'Denied',
  revoked: 'Revoked',
  expired: 'Expired',
  task_ended: 'The task has ended',
  pending: 'Waits',
} as const

const outcome = (context: PageContext, reading: RequestReading): Html => {
  const { path, now, visit } = context
  const { request, status, grants } = reading
  const live = grants.find(({ requestId }) => requestId === request.id)
  return html`<h2 class="outcome ${status}">${TITLES[status]}</h2>
<dl class="table">
${request.decidedAt === undefined ? '' : html`<div><dt>By</dt><dd>${request.decidedBy === undefined ? 'the rules' : actor(`user:${request.decidedBy}`)}, ${since(request.decidedAt, now)}</dd></div>`}
${request.granted === undefined ? '' : html`<div><dt>Granted</dt><dd>${plainWords(request.granted)} ${reuse(request.reuse)}, ${span(request.ttlSeconds * 1000)} a token</dd></div>`}
${request.agentMessage === undefined ? '' : html`<div><dt>Told the agent</dt><dd>${inert(request.agentMessage)}</dd></div>`}
${request.notes === undefined ? '' : html`<div><dt>Note</dt><dd>${inert(request.notes, 4000)}</dd></div>`}
${
  status === 'approved' || request.redemptions > 0
    ? html`<div><dt>Tokens</dt><dd>${request.redemptions === 0 ? 'not fetched yet' : `fetched ${request.redemptions} ${request.redemptions === 1 ? 'time' : 'times'}`}${live ? html`; alive, ${countdown(live.expiresAt, now, { over: 'over' })}` : '; none alive'}</dd></div>`
    : ''
}
</dl>
${
  status === 'approved' && mayDecide(visit)
    ? html`<form method="post" action="${path}/requests/${request.id}/revoke" class="undo">${csrfField(visit)}
<button id="undo" class="danger" data-key="z">Undo: revoke it</button>
<small>Its token stops working at once, and the same stays denied for the rest of the task.</small></form>`
    : ''
}
<p><a href="${path}/">Back to the inbox</a></p>`
}
