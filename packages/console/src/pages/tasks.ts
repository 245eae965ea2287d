import type { Page, TaskItem, TaskStatus } from '@lumojit/authority'
import { html, raw } from 'hono/html'
import { code, type Html, inert } from '../words/inert.ts'
import { agentName } from '../words/people.ts'
import { countdown, since } from '../words/time.ts'
import { empty } from './empty.ts'
import { type PageContext, page } from './page.ts'
import { pager } from './pager.ts'

export interface Tasks {
  readonly tasks: Page<TaskItem>
  /** Which are shown; absent: all. */
  readonly state?: string | undefined
  readonly after?: string | undefined
}

const STATES = [
  ['', 'All'],
  ['active', 'Running'],
  ['completed', 'Completed'],
  ['suspended', 'Suspended'],
  ['expired', 'Expired'],
] as const

/** What agents were set to do, newest first. */
export const tasksPage = (context: PageContext, tasks: Tasks): Html =>
  page(context, {
    room: 'tasks',
    title: 'Tasks',
    main: html`<header class="head"><h1>Tasks</h1><p>What agents were set to do. When a task ends, everything it holds ends with it.</p></header>
<nav class="filter" aria-label="State"><ul>${STATES.map(
      ([state, name]) =>
        html`<li><a href="${context.path}/tasks${state === '' ? '' : `?state=${state}`}"${(tasks.state ?? '') === state ? raw(' aria-current="true"') : ''}>${name}</a></li>`,
    )}</ul></nav>
${tasksList(context, tasks)}`,
  })

export const tasksList = ({ path, now }: PageContext, { tasks, state, after }: Tasks): Html => {
  const query = new URLSearchParams(state === undefined ? {} : { state })
  const href = `${path}/tasks${state === undefined ? '' : `?${query}`}`
  if (after !== undefined) query.set('after', after)
  return html`<section id="list" class="live" aria-label="Tasks" hx-get="${path}/tasks/list${query.size > 0 ? `?${query}` : ''}" hx-trigger="tasks from:#live throttle:2s, refresh" hx-swap="outerMorph">
<p id="held" class="held" role="status" hidden></p>
${
  tasks.items.length === 0
    ? empty(
        state === undefined ? 'No task yet' : 'No such task',
        state === undefined
          ? html`A task appears when an agent calls <code>runTask</code>. <code>lumojit dev</code> prints what an agent needs for it.`
          : html`None is in this state. <a href="${path}/tasks">Show all</a>.`,
      )
    : html`<ol class="cards">${tasks.items.map((item) => row(path, item, now))}</ol>
${pager(href, { shown: tasks.items.length, total: tasks.total, next: tasks.next, first: after === undefined })}`
}</section>`
}

export const STATUS_WORDS: Readonly<Record<TaskStatus, string>> = {
  active: 'running',
  completed: 'completed',
  suspended: 'suspended',
  expired: 'expired',
}

const row = (path: string, { task, status, agent, pending, holds }: TaskItem, now: number): Html =>
  html`<li id="row-${task.id}" class="card"><a href="${path}/tasks/${task.id}">
<span class="line"><span class="status ${status}">${STATUS_WORDS[status]}</span> <strong>${task.name === undefined ? code(task.id) : inert(task.name, 160)}</strong></span>
<span class="line meta">${agentName(agent)}${task.onBehalfOf === undefined ? '' : html` <span>for ${code(task.onBehalfOf, 80)}</span>`} <span>started ${since(task.createdAt, now)}</span>${
    pending > 0 ? html` <span class="tag waits">${pending} waiting</span>` : ''
  }${holds > 0 ? html` <span class="tag task">holds ${holds}</span>` : ''}${task.denials > 0 ? html` <span class="tag stop">${task.denials} denied</span>` : ''}</span>
</a>${status === 'active' ? countdown(task.expiresAt, now, { over: 'expired' }) : ''}</li>`
