import stringWidth from 'string-width'
import type { Paint } from './style.ts'

export interface Cell {
  readonly text: string
  readonly paint?: Paint
}

export interface TableOptions {
  /** Characters a line has room for; absent: as many as it takes. */
  readonly columns?: number
  readonly head?: Paint
  /** The column that gives way when there is too little room. Default: the last. */
  readonly giving?: number
}

const GAP = '  '

/** Columns that line up, by what characters take on a screen. Rows are of one line each. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly (string | Cell)[])[],
  { columns, head = (text) => text, giving = heads.length - 1 }: TableOptions = {},
): string {
  const cells = rows.map((row) => row.map((it) => (typeof it === 'string' ? { text: it } : it)))
  const widths = heads.map((name, column) =>
    Math.max(stringWidth(name), ...cells.map((row) => stringWidth(row[column]?.text ?? ''))),
  )
  if (columns !== undefined) {
    const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1))
    const least = Math.max(stringWidth(heads[giving] ?? ''), 8)
    const own = widths[giving] ?? 0
    widths[giving] = Math.min(own, Math.max(least, own - Math.max(0, total - columns)))
  }
  const line = (row: readonly Cell[]) =>
    row
      .map(({ text, paint = (it) => it }, column) => {
        const width = widths[column] ?? 0
        const cut = fit(text, width)
        const room = column === row.length - 1 ? '' : ' '.repeat(width - stringWidth(cut))
        return (cut && paint(cut)) + room
      })
      .join(GAP)
      .trimEnd()
  return `${[heads.map((text) => ({ text, paint: head })), ...cells].map(line).join('\n')}\n`
}

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The text, or as much of it as fits with an ellipsis. */
function fit(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  for (const { segment } of letters.segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept}…`
}
