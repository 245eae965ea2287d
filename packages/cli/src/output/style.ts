import { styleText } from 'node:util'
import type { Surroundings } from '../surroundings.ts'

type Format = Parameters<typeof styleText>[0]
export type Paint = (text: string) => string

/** What a line says by its looks. Nothing is said by colour alone. */
export interface Style {
  readonly strong: Paint
  readonly quiet: Paint
  readonly good: Paint
  readonly bad: Paint
  readonly care: Paint
}

/** Colours for a person at a terminal who has not asked for none (no-color.org). */
export function styleOf(
  { env, terminal }: Pick<Surroundings, 'env' | 'terminal'>,
  stream: 'out' | 'err' = 'out',
): Style {
  const coloured = terminal[stream] && !env.NO_COLOR && env.TERM !== 'dumb'
  const paint =
    (format: Format): Paint =>
    (text) =>
      coloured ? styleText(format, text, { validateStream: false }) : text
  return {
    strong: paint('bold'),
    quiet: paint('dim'),
    good: paint('green'),
    bad: paint('red'),
    care: paint('yellow'),
  }
}
