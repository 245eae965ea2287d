import { html } from 'hono/html'

/** What the keys do; `console.js` does it. */
export const keys = html`<dialog id="keys" aria-labelledby="keys-title"><article>
<h2 id="keys-title">Keys</h2>
<dl class="keys">
<div><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next, previous in a list</dd></div>
<div><dt><kbd>Enter</kbd></dt><dd>open it, or press the button that has the focus</dd></div>
<div><dt><kbd>a</kbd></dt><dd>go to “Approve once”</dd></div>
<div><dt><kbd>s</kbd></dt><dd>go to “Approve for this task”</dd></div>
<div><dt><kbd>d</kbd></dt><dd>go to “Deny”</dd></div>
<div><dt><kbd>w</kbd></dt><dd>write words for the agent</dd></div>
<div><dt><kbd>z</kbd></dt><dd>go to “Undo”</dd></div>
<div><dt><kbd>g</kbd> then <kbd>i</kbd> <kbd>t</kbd> <kbd>g</kbd> <kbd>u</kbd> <kbd>r</kbd> <kbd>n</kbd> <kbd>w</kbd></dt><dd>Inbox, Tasks, Grants, Audit, Rules, Agents, Webhooks</dd></div>
<div><dt><kbd>?</kbd></dt><dd>this list</dd></div>
</dl>
<p>A key only moves the focus: deciding takes <kbd>Enter</kbd> as well, so that no stray key decides.</p>
<form method="dialog"><button>Close</button></form>
</article></dialog>`
