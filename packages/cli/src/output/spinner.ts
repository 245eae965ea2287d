import type { Surroundings } from '../surroundings.ts'
import { styleOf } from './style.ts'

export interface Spinner {
  /** Takes the line away, so that another can be written. */
  stop(): void
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const TURN_MS = 100

/** A line on stderr that shows that something is under way; nothing where stderr is no terminal. */
export function spin({ complain, terminal, env }: Surroundings, text: () => string): Spinner {
  if (!terminal.err || env.TERM === 'dumb') return { stop: () => {} }
  const { care } = styleOf({ terminal, env }, 'err')
  let turn = 0
  const draw = () => {
    const frame = FRAMES[turn++ % FRAMES.length] ?? ''
    // Cut, because a line that wraps could not be taken away again.
    const room = Math.max(0, terminal.columns - 3)
    complain(`\r\x1b[2K${care(frame)} ${[...text()].slice(0, room).join('')}`)
  }
  draw()
  const timer = setInterval(draw, TURN_MS)
  return {
    stop: () => {
      clearInterval(timer)
      complain('\r\x1b[2K')
    },
  }
}
