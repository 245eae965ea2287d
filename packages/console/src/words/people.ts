import type { AgentName } from '@lumojit/authority'
import type { Reuse } from '@lumojit/protocol'
import { html } from 'hono/html'
import { code, type Html, inert } from './inert.ts'

/** An agent by its name, and by the id that nobody can choose freely. */
export const agentName = ({ id, name, suspended }: AgentName): Html =>
  html`<span class="agent">${name === undefined ? code(id, 80) : html`${inert(name, 80)} <small>${code(id, 80)}</small>`}${
    suspended ? html` <span class="tag stop">suspended</span>` : ''
  }</span>`

/** `agent:x`, `user:y` or `authority`, as the audit writes it: of a request its rules, of anything else whoever runs it. */
export const actor = (by: string, about = 'request'): Html => {
  const [kind, ...rest] = by.split(':')
  if (rest.length === 0)
    return html`<span class="actor">${by === 'authority' ? (about.startsWith('request') ? 'the rules' : 'the authority itself') : inert(by, 80)}</span>`
  return html`<span class="actor"><small>${kind}</small> ${code(rest.join(':'), 80)}</span>`
}

export const risk = (level: string): Html => html`<span class="risk ${level}">${level}</span>`

export const reuse = (word: Reuse): Html =>
  word === 'once'
    ? html`<span class="tag" title="Good for the one call that asked">once</span>`
    : html`<span class="tag task" title="Good until the task ends">for this task</span>`
