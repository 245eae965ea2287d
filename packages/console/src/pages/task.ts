import type { TaskReading } from '@lumojit/authority'
import { html } from 'hono/html'
import { drawTask } from '../drawing/draw-task.ts'
import { code, type Html, inert, inertText } from '../words/inert.ts'
import { actor, agentName } from '../words/people.ts'
import { countdown, moment, since } from '../words/time.ts'
import { csrfField } from './csrf-field.ts'
import { grantTable } from './grants.ts'
import { type PageContext, page } from './page.ts'
import { STATUS_WORDS } from './tasks.ts'
import { mayEndTasks } from './visit.ts'

/** One task: what it asked, got, used and lost, drawn over time, and the way to end it. */
export const taskPage = (context: PageContext, reading: TaskReading): Html =>
  page(context, {
    room: 'tasks',
    title: reading.task.name === undefined ? 'Task' : inertText(reading.task.name, 80),
    main: html`<header class="head"><p class="crumb"><a href="${context.path}/tasks">Tasks</a></p>
<h1>${reading.task.name === undefined ? code(reading.task.id) : inert(reading.task.name, 240)}</h1></header>
${taskBody(context, reading)}`,
  })

export const taskBody = (context: PageContext, reading: TaskReading): Html => {
  const { path, now } = context
  const { task, status, agent } = reading
  return html`<section id="task" class="live" aria-label="Task" hx-get="${path}/tasks/${task.id}/body" hx-trigger="tasks from:#live throttle:2s, refresh" hx-swap="outerMorph">
<p id="held" class="held" role="status" hidden></p>
<dl class="table wide">
<div><dt>State</dt><dd><span class="status ${status}">${STATUS_WORDS[status]}</span>${status === 'active' ? html` ${countdown(task.expiresAt, now, { over: 'expired' })}` : task.endedAt === undefined ? '' : html` ${since(task.endedAt, now)}`}${because(task.endedBecause)}</dd></div>
<div><dt>Agent</dt><dd>${agentName(agent)}</dd></div>
<div><dt>On behalf of</dt><dd>${task.onBehalfOf === undefined ? html`<em>nobody: for itself</em>` : code(task.onBehalfOf)}</dd></div>
<div><dt>Started</dt><dd>${moment(task.createdAt, now)}, ${since(task.createdAt, now)}</dd></div>
<div><dt>Denied</dt><dd>${task.denials} by people</dd></div>
<div><dt>Task id</dt><dd>${code(task.id)}</dd></div>
</dl>
<section class="drawing" aria-labelledby="drawn"><h2 id="drawn">What happened</h2>
${drawTask(reading, now, path)}
${legend}</section>
<section aria-labelledby="alive"><h2 id="alive">Alive now</h2>${
    reading.grants.length === 0
      ? html`<p class="none">This task holds nothing at this moment.</p>`
      : grantTable(context, reading.grants)
  }</section>
${status === 'active' && mayEndTasks(context.visit) ? ending(context, reading) : ''}
<section aria-labelledby="story"><h2 id="story">In order</h2>
<ol class="story">${reading.timeline.map(
    ({ at, kind, by, requestId, summary }) =>
      html`<li class="${kind}">${moment(at, now)} <span class="dot" aria-hidden="true"></span><span>${requestId === undefined ? inert(summary) : html`<a href="${path}/requests/${requestId}">${inert(summary)}</a>`} <small>${actor(by, requestId === undefined ? 'task' : 'request')}</small></span></li>`,
  )}</ol></section>
</section>`
}

const because = (cause: TaskReading['task']['endedBecause']): Html =>
  html`${
    cause === 'denial_limit_exceeded'
      ? ': too much of what it asked was denied'
      : cause === 'risk_threshold_exceeded'
        ? ': it asked for too much that is risky'
        : ''
  }`

const ending = ({ path, visit }: PageContext, { task, grants }: TaskReading): Html =>
  html`<details class="end"><summary>End this task now…</summary>
<form method="post" action="${path}/tasks/${task.id}/end">${csrfField(visit)}
<p>${grants.length === 0 ? 'It holds nothing now; it can get nothing more.' : `All ${grants.length} of its grants stop working at once.`} What waits is dropped. This cannot be undone: the agent needs a new task.</p>
<label>Reason <small>optional; for the audit</small><input name="reason" maxlength="480"></label>
<button class="danger">End the task</button></form></details>`

const legend = html`<ul class="legend" aria-hidden="true">
<li><span class="key waited"></span>waited for a person</li><li><span class="key alive"></span>token alive</li><li><span class="key yes"></span>approved or granted</li>
<li><span class="key no"></span>denied, revoked</li><li><span class="key used"></span>token fetched</li></ul>`
