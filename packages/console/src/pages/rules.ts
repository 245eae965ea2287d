import type { Verdict } from '@lumojit/authority'
import { html, raw } from 'hono/html'
import { type Html, inert } from '../words/inert.ts'
import { risk } from '../words/people.ts'
import { csrfField } from './csrf-field.ts'
import { type PageContext, page } from './page.ts'

export interface RulesQuestion {
  readonly details: string
  readonly agentId: string
  readonly onBehalfOf: string
  readonly resource: string
  readonly reuse: string
}

export interface Rules {
  readonly question: RulesQuestion
  readonly verdict?: Verdict | undefined
  readonly refused?: string | undefined
}

export const EXAMPLE = `{
  "type": "payment",
  "actions": ["initiate"],
  "identifier": "inv_204"
}`

const WORDS: Readonly<Record<Verdict['decision'], string>> = {
  grant: 'is granted at once, without a person',
  ask: 'waits for a person, who sees it in the inbox',
  deny: 'is denied at once',
}

/** What would the rules say: nothing is asked, stored or granted. */
export const rulesPage = (context: PageContext, { question, verdict, refused }: Rules): Html =>
  page(context, {
    room: 'rules',
    title: 'Rules',
    main: html`<header class="head"><h1>Rules</h1><p>What would be decided for a request. A dry run: nothing is asked, stored or granted.</p></header>
${verdict === undefined ? '' : html`<aside class="notice verdict ${verdict.decision}" role="status"><p>${risk(verdict.risk)} Such a request <strong>${WORDS[verdict.decision]}</strong>.</p></aside>`}
${refused === undefined ? '' : html`<p class="refused" role="alert">${inert(refused)}</p>`}
<form method="post" action="${context.path}/rules" class="wide-form">${csrfField(context.visit)}
<label>Details <small><code>authorization_details</code>: one object, or an array</small>
<textarea name="details" rows="9" spellcheck="false" required>${question.details}</textarea></label>
<div class="grid">
<label>Agent <small>optional; its id</small><input name="agent_id" value="${question.agentId}" autocomplete="off" spellcheck="false"></label>
<label>On behalf of <small>optional</small><input name="on_behalf_of" value="${question.onBehalfOf}" autocomplete="off"></label>
<label>Resource <small>optional</small><input name="resource" value="${question.resource}" autocomplete="off" spellcheck="false"></label>
<label>Asked for <select name="reuse"><option value="once"${question.reuse === 'once' ? raw(' selected') : ''}>once</option><option value="task"${question.reuse === 'task' ? raw(' selected') : ''}>the task</option></select></label>
</div>
<button>Try the rules</button></form>
<p class="hint">Rules are the <code>rules</code> part of the seed file: levels for types and actions, and the highest level that is granted without a person.</p>`,
  })
