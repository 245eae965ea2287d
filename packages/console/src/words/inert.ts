import { html } from 'hono/html'

/** What a template gives: text that is HTML already, everything else in it escaped. */
export type Html = ReturnType<typeof html>

/** Longest text of an agent shown in one place; what is left out is counted. */
const MOST = 600

/**
 * Characters that are not seen, or that move what is: controls (a line break can forge a line of this page), format
 * characters (bidi, zero width, tags), every space but the common one, fillers that draw nothing, lone surrogates.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u{115F}\u{1160}\u{3164}\u{FFA0}\u{2800}]|\p{Variation_Selector}|(?! )\p{Zs}/u
const PIECES = new RegExp(`((?:${UNSEEN.source}))`, 'u')

const name = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

const cut = (text: string, most: number): readonly [kept: string, left: number] => {
  const letters = [...text]
  return letters.length > most
    ? [letters.slice(0, most).join(''), letters.length - most]
    : [text, 0]
}

/** Text of an agent where markup cannot be: a title, a label. */
export const inertText = (text: string, most = MOST): string => {
  const [kept, left] = cut(text, most)
  const shown = kept
    .split(PIECES)
    .map((piece) => (UNSEEN.test(piece) ? `[${name(piece)}]` : piece))
    .join('')
  return left > 0 ? `${shown}…` : shown
}

/** Text of an agent as HTML: escaped, isolated from the text around it, with what cannot be seen made visible. */
export const inert = (text: string, most = MOST): Html => {
  const [kept, left] = cut(text, most)
  const shown = kept
    .split(PIECES)
    .map((piece) => (UNSEEN.test(piece) ? html`<span class="unseen">${name(piece)}</span>` : piece))
  return html`<bdi>${shown}</bdi>${left > 0 ? html`<span class="more"> … ${left} more</span>` : ''}`
}

/** What stands between is plain ASCII. */
const FOREIGN = /([^\x20-\x7e]+)/u

const marked = (text: string): readonly unknown[] =>
  text.split(FOREIGN).flatMap((piece, nth): unknown[] => {
    if (nth % 2 === 0) return [piece]
    return piece
      .split(PIECES)
      .filter((part) => part !== '')
      .map((part) =>
        UNSEEN.test(part)
          ? html`<span class="unseen">${name(part)}</span>`
          : html`<mark class="foreign" title="${[...part].map(name).join(' ')}: no plain Latin letter">${part}</mark>`,
      )
  })

/** A name that a machine compares: letters outside ASCII are marked, since some look like others. */
export const code = (text: string, most = 200): Html => {
  const [kept, left] = cut(text, most)
  return html`<code><bdi>${marked(kept)}</bdi>${left > 0 ? html`<span class="more"> … ${left} more</span>` : ''}</code>`
}

/** Pretty-printed JSON: the line breaks between its lines are ours, those inside strings JSON has escaped. */
export const codeLines = (json: string): Html =>
  html`<code>${json.split('\n').map((line, nth) => html`${nth === 0 ? '' : '\n'}<bdi>${marked(line)}</bdi>`)}</code>`
