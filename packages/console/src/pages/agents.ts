import type { AgentView } from '@lumojit/authority'
import { html } from 'hono/html'
import { code, type Html, inert } from '../words/inert.ts'
import { moment, since } from '../words/time.ts'
import { csrfField } from './csrf-field.ts'
import { empty } from './empty.ts'
import { type PageContext, page } from './page.ts'

/** A secret that was just made: told on this page and nowhere else. */
export interface ToldSecret {
  readonly agentId: string
  readonly secret: string
  /** Until then the one before works too. */
  readonly previousUntil?: number | undefined
}

interface Agents {
  readonly agents: readonly AgentView[]
  readonly told?: ToldSecret | undefined
  readonly refused?: string | undefined
}

/** Who may ask at all. */
export const agentsPage = (context: PageContext, { agents, told, refused }: Agents): Html =>
  page(context, {
    room: 'agents',
    title: 'Agents',
    main: html`<header class="head"><h1>Agents</h1><p>Who may ask. A suspended agent gets nothing, and what it holds stops working at once.</p></header>
${told === undefined ? '' : secretNotice(context, told)}
${refused === undefined ? '' : html`<p class="refused" role="alert">${inert(refused)}</p>`}
${agents.length === 0 ? empty('No agent yet', html`Create one here; its secret is told once.`) : html`<ul class="cards agents">${agents.map((agent) => row(context, agent))}</ul>`}
<section class="create" aria-labelledby="create"><h2 id="create">Create an agent</h2>
<form method="post" action="${context.path}/agents" class="wide-form">${csrfField(context.visit)}
<div class="grid"><label>Id <small>its OAuth client id</small><input name="id" required maxlength="100" autocomplete="off" spellcheck="false" placeholder="invoice-bot"></label>
<label>Name <small>optional; shown to people</small><input name="name" maxlength="255" autocomplete="off"></label></div>
<label><input type="checkbox" name="acts_for_users" value="yes" checked> It may act for users</label>
<button>Create it</button></form></section>`,
  })

const secretNotice = ({ now }: PageContext, { agentId, secret, previousUntil }: ToldSecret): Html =>
  html`<aside class="notice good" role="status"><p><strong>The secret of ${code(agentId)}.</strong> It is shown this once; only its hash is kept.</p>
<p class="secret"><code id="secret">${secret}</code> <button class="secondary small" type="button" data-copy="secret">Copy</button></p>
${
  previousUntil === undefined
    ? ''
    : previousUntil > now
      ? html`<p>The one before works until ${moment(previousUntil, now)} UTC, so that nothing stops while you change it.</p>`
      : html`<p>The one before works no more, and every token of the agent is dead.</p>`
}</aside>`

const row = (context: PageContext, agent: AgentView): Html => {
  const { now } = context
  const { id, name, scope, actsForUsers, seeded, state, createdAt, rotatedAt, suspendedAt } = agent
  const { previousSecretUntil: old } = agent
  return html`<li class="card" id="agent-${id}"><div>
<p class="line"><span class="status ${state}">${state}</span> <strong>${code(id)}</strong>${name === undefined ? '' : html` ${inert(name, 120)}`}</p>
<p class="line meta"><span>${seeded ? 'from the seed file' : 'made here'}</span>${
    createdAt === undefined || seeded ? '' : html` <span>created ${since(createdAt, now)}</span>`
  }${suspendedAt === undefined ? '' : html` <span>suspended ${since(suspendedAt, now)}</span>`}${
    rotatedAt === undefined ? '' : html` <span>secret changed ${since(rotatedAt, now)}</span>`
  }${
    old === undefined || old <= now ? '' : html` <span>old secret until ${moment(old, now)}</span>`
  } <span>${actsForUsers ? 'may act for users' : 'acts for itself only'}</span>${
    scope === undefined ? '' : html` <span>scope ${code(scope)}</span>`
  }</p></div>
<div class="actions">${actions(context, agent)}</div></li>`
}

const actions = ({ path, visit }: PageContext, { id, state }: AgentView): Html => {
  const action = `${path}/agents/${encodeURIComponent(id)}`
  return html`<details><summary role="button" class="secondary outline" aria-label="New secret for ${id}">New secret…</summary>
<form method="post" action="${action}/rotate">${csrfField(visit)}
<label><input type="checkbox" name="compromised" value="yes"> The old one is in wrong hands: it stops now, and every token of the agent with it</label>
<button class="small">Make a new secret</button></form></details>
${
  state === 'active'
    ? html`<details><summary role="button" class="secondary outline" aria-label="Suspend ${id}">Suspend…</summary>
<form method="post" action="${action}/suspend">${csrfField(visit)}
<label>Reason <small>optional; for the audit</small><input name="reason" maxlength="480"></label>
<button class="danger small">Suspend it now</button></form></details>`
    : html`<form method="post" action="${action}/resume">${csrfField(visit)}<button class="small" aria-label="Resume ${id}">Resume</button></form>`
}`
}
