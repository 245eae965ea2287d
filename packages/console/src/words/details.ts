import type { AuthorizationDetail, AuthorizationDetails } from '@lumojit/protocol'
import { html } from 'hono/html'
import { amountOf } from './amount.ts'
import { code, codeLines, type Html, inertText } from './inert.ts'

const TOLD = new Set(['type', 'actions', 'privileges', 'identifier', 'datatypes', 'locations'])

/** `file_access` reads better as “file access”; what has other letters is left as it is. */
const noun = (type: string): string =>
  /^[a-z0-9_-]+$/.test(type) ? type.replace(/[_-]+/g, ' ') : type

const list = (items: readonly string[] | undefined): readonly string[] => items ?? []

const joined = (items: readonly Html[], word: string): readonly unknown[] =>
  items.flatMap((item, nth) =>
    nth === 0 ? [item] : [nth === items.length - 1 ? ` ${word} ` : ', ', item],
  )

/** One permission as a sentence: “initiate payment inv_204 at https://…”. */
const sentence = (detail: AuthorizationDetail): Html => {
  const { type, identifier } = detail
  const amount = amountOf(detail)
  const verbs = [...list(detail.actions), ...list(detail.privileges)]
  const data = list(detail.datatypes)
  const places = list(detail.locations)
  return html`<span class="ask">${
    verbs.length > 0
      ? html`<strong class="verb">${joined(
          verbs.map((verb) => code(verb, 80)),
          'and',
        )}</strong>`
      : html`<strong class="verb">use</strong>`
  } <span class="noun" title="type: ${inertText(type, 80)}">${code(noun(type), 80)}</span>${
    amount === undefined
      ? ''
      : html` <span class="link">of</span> <strong class="amount">${amount}</strong>`
  }${identifier === undefined ? '' : html` <span class="which">${code(identifier)}</span>`}${
    data.length === 0
      ? ''
      : html` <span class="link">of</span> ${joined(
          data.map((each) => code(each, 80)),
          'and',
        )}`
  }${
    places.length === 0
      ? ''
      : html` <span class="link">at</span> ${joined(
          places.map((each) => code(each)),
          'and',
        )}`
  }</span>`
}

/** What the sentence does not say: members that only the resource understands. */
const conditions = (detail: AuthorizationDetail): readonly (readonly [string, string])[] =>
  Object.entries(detail)
    .filter(([name, value]) => !TOLD.has(name) && value !== undefined)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])

/** All that is asked, each permission with its conditions. */
export const plainWords = (details: AuthorizationDetails): Html =>
  html`<ul class="asked">${details.map(
    (detail) =>
      html`<li>${sentence(detail)}${
        conditions(detail).length === 0
          ? ''
          : html`<dl class="conditions">${conditions(detail).map(
              ([name, value]) => html`<div><dt>${code(name, 80)}</dt><dd>${code(value)}</dd></div>`,
            )}</dl>`
      }</li>`,
  )}</ul>`

/** The first permission, and how many more: for one line. */
export const inOneLine = (details: AuthorizationDetails): Html =>
  html`${sentence(details[0])}${
    details.length > 1 ? html` <span class="more">and ${details.length - 1} more</span>` : ''
  }`

/** The same as text, for titles and labels. */
export const asText = (details: AuthorizationDetails): string => {
  const [first] = details
  const { type, actions, privileges, identifier } = first
  const amount = amountOf(first)
  const verbs = [...list(actions), ...list(privileges)].join(', ') || 'use'
  const sum = amount === undefined ? '' : `of ${amount}`
  const words = [verbs, noun(type), sum, identifier ?? ''].filter((word) => word !== '').join(' ')
  return inertText(details.length > 1 ? `${words} and ${details.length - 1} more` : words, 160)
}

/** As the agent sent it. */
export const rawDetails = (details: AuthorizationDetails): Html =>
  html`<details class="raw"><summary>Raw details</summary>
<pre tabindex="0" aria-label="authorization_details as JSON">${codeLines(JSON.stringify(details, null, 2))}</pre></details>`
