/**
 * Text somebody else wrote, such as an agent's justification, fit for a terminal and for one line of it: what would
 * move the cursor, set a colour, end the line, hide or turn text around is shown as `\u{…}` instead.
 */
export const inert = (text: string): string =>
  text.replace(/[\t\n\r ]+/g, ' ').replace(STEERING, shown)

/** The same for a text of several lines, whose lines and tabs stay. */
export const inertLines = (text: string): string =>
  text
    .replace(/\r\n/g, '\n')
    .replace(STEERING, (it) => (it === '\n' || it === '\t' ? it : shown(it)))

/** Controls (ESC among them), formats (bidi, zero width, tags), separators of lines, halves of surrogate pairs, private use. */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu

const shown = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`
