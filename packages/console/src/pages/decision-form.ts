import type { RequestReading } from '@lumojit/authority'
import { html, raw } from 'hono/html'
import { NARROWABLE, narrowingField } from '../narrowing.ts'
import { inOneLine } from '../words/details.ts'
import { code, type Html } from '../words/inert.ts'
import { span } from '../words/time.ts'
import { csrfField } from './csrf-field.ts'
import type { PageContext } from './page.ts'
import { mayDecide } from './visit.ts'

/** Approve (once, for the task, less of it, for a shorter time) or deny, in one form: it works without scripts. */
export const decisionForm = (
  { path, visit }: PageContext,
  { request, own }: RequestReading,
): Html => {
  if (!mayDecide(visit))
    return html`<p class="hint">You may look at this, and somebody else decides.</p>`
  if (own)
    return html`<p class="refused">This task is done for you, so somebody else has to approve it. You may deny it.</p>
${denial(path, visit, request.id)}`
  const action = `${path}/requests/${request.id}`
  return html`<form method="post" action="${action}/approve" class="decision">${csrfField(visit)}
${narrowing(request.details)}
<label>Each token lives at most
<select name="ttl">${times(request.ttlSeconds).map((seconds, nth) => html`<option value="${seconds}"${nth === 0 ? raw(' selected') : ''}>${span(seconds * 1000)}${nth === 0 ? ', as asked' : ''}</option>`)}</select></label>
<label>Words for the agent <small>optional; the agent and its model read them</small>
<textarea name="agent_message" id="words" rows="2" maxlength="500" data-key="w"></textarea></label>
${note}
<p class="hint"><strong>Once</strong>: good for the one call that asked. <strong>For this task</strong>: the agent may use it again, without asking, until its task ends.</p>
<div class="buttons">
<button name="reuse" value="once" id="approve-once" data-key="a"${request.reuse === 'once' ? '' : raw(' class="outline"')}>Approve once</button>
<button name="reuse" value="task" id="approve-task" data-key="s"${request.reuse === 'once' ? raw(' class="outline"') : ''}>Approve for this task</button>
<button formaction="${action}/deny" id="deny" class="danger" data-key="d">Deny</button>
</div>
</form>`
}

const note = html`<details class="note"><summary>Internal note <small>never told to the agent</small></summary>
<textarea name="notes" rows="2" maxlength="4000" aria-label="Internal note"></textarea></details>`

const denial = (path: string, visit: { readonly csrf: string }, id: string): Html =>
  html`<form method="post" action="${path}/requests/${id}/deny" class="decision">${csrfField(visit)}
<label>Words for the agent <small>optional</small><textarea name="agent_message" id="words" rows="2" maxlength="500" data-key="w"></textarea></label>
${note}
<div class="buttons"><button id="deny" class="danger" data-key="d">Deny</button></div></form>`

/** What was asked, then the usual shorter times. */
const times = (asked: number): readonly number[] => [
  asked,
  ...[600, 300, 120, 60, 30].filter((seconds) => seconds < asked),
]

/** A box for everything that can be left out and still leave something. */
const narrowing = (details: RequestReading['request']['details']): Html => {
  const rows = details.map((detail, nth) => ({
    nth,
    detail,
    sets: NARROWABLE.map((name) => [name, detail[name] ?? []] as const).filter(
      ([, items]) => items.length > 1,
    ),
  }))
  if (details.length === 1 && rows.every(({ sets }) => sets.length === 0))
    return html`<input type="hidden" name="${narrowingField(0)}" value="all"><p class="hint">There is one thing in it: nothing can be taken away.</p>`
  return html`<fieldset class="narrow"><legend>What exactly <small>untick to give less</small></legend>${rows.map(
    ({ nth, detail, sets }) =>
      html`${
        details.length > 1
          ? html`<label class="whole"><input type="checkbox" name="${narrowingField(nth)}" value="all" checked> ${inOneLine([detail])}</label>`
          : html`<input type="hidden" name="${narrowingField(nth)}" value="all">`
      }${sets.map(
        ([name, items]) =>
          html`<div class="set" role="group" aria-label="${name}"><span>${name}</span>${items.map(
            (item, at) =>
              html`<label><input type="checkbox" name="${narrowingField(nth, name)}" value="${at}" checked> ${code(item)}</label>`,
          )}</div>`,
      )}`,
  )}</fieldset>`
}
