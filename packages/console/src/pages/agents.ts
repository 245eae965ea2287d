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

export interface Agents {
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
${agents.length === 0 ? empty('No agent yet', html`Create one here; its secret is told once.`) : html`<ul class="cards">${agents.map((agent) => row(context, agent))}</ul>`}
<section class="create" aria-labelledby="create"><h2 id="create">Create an agent</h2>
<form method="post" action="${context.path}/agents" class="wide-form">${csrfField(context.visit)}
<div class="grid"><label>Id <small>its OAuth client id</small><input name="id" required maxlength="120" pattern="[A-Za-z0-9._\\-]+" autocomplete="off" spellcheck="false" placeholder="invoice-bot"></label>
<label>Name <small>optional; shown to people</small><input name="name" maxlength="120" autocomplete="off"></label></div>
<button>Create it</button></form></section>`,
  })

const secretNotice = ({ now }: PageContext, { agentId, secret, previousUntil }: ToldSecret): Html =>
  html`<aside class="notice good" role="status"><p><strong>The secret of ${code(agentId)}.</strong> It is shown this once; only its hash is kept.</p>
<p class="secret"><code id="secret">${secret}</code> <button class="secondary small" type="button" data-copy="secret">Copy</button></p>
${previousUntil === undefined ? '' : html`<p>The one before works until ${moment(previousUntil, now)} UTC, so that nothing stops while you change it.</p>`}</aside>`

const row = ({ path, visit, now }: PageContext, agent: AgentView): Html => {
  const {
    id,
    name,
    scope,
    actsForUsers,
    seeded,
    state,
    createdAt,
    rotatedAt,
    previousSecretUntil,
  } = agent
  const action = `${path}/agents/${encodeURIComponent(id)}`
  return html`<li class="card" id="agent-${id}"><div>
<p class="line"><span class="status ${state}">${state}</span> <strong>${code(id)}</strong>${name === undefined ? '' : html` ${inert(name, 120)}`}</p>
<p class="line meta"><span>${seeded ? 'from the seed file' : 'made here'}</span>${createdAt === undefined ? '' : html` <span>created ${since(createdAt, now)}</span>`}${rotatedAt === undefined ? '' : html` <span>secret changed ${since(rotatedAt, now)}</span>`}${
    previousSecretUntil === undefined || previousSecretUntil <= now
      ? ''
      : html` <span class="tag">old secret until ${moment(previousSecretUntil, now)}</span>`
  } <span>${actsForUsers ? 'may act for users' : 'acts for itself only'}</span>${scope === undefined ? '' : html` <span>scope ${code(scope)}</span>`}</p></div>
<div class="actions">
<form method="post" action="${action}/rotate">${csrfField(visit)}<button class="secondary small" aria-label="New secret for ${id}">New secret</button></form>
${
  state === 'active'
    ? html`<form method="post" action="${action}/suspend">${csrfField(visit)}<button class="danger small" aria-label="Suspend ${id}">Suspend</button></form>`
    : html`<form method="post" action="${action}/resume">${csrfField(visit)}<button class="small" aria-label="Resume ${id}">Resume</button></form>`
}</div></li>`
}
