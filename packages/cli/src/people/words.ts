import { inert } from '../output/inert.ts'
import type { Style } from '../output/style.ts'
import type { Cell } from '../output/table.ts'
import type { AgentName } from './wire.ts'

/** Who, as people know them, and by which id. */
export const nameOf = ({ id, name, suspended }: AgentName): string =>
  `${name && name !== id ? `${inert(name)} (${inert(id)})` : inert(id)}${suspended ? ', suspended' : ''}`

export const riskCell = (risk: string, { bad, care, quiet }: Style): Cell => ({
  text: inert(risk),
  paint: risk === 'critical' ? bad : risk === 'high' ? care : quiet,
})

export const reuseWords = (reuse: string): string => (reuse === 'task' ? 'for the task' : 'once')

/** `more` of a list, for the last line. */
export const andMore = (shown: number, more: boolean, total: number | undefined): string => {
  if (!more) return ''
  return total === undefined
    ? 'There are more: --limit.\n'
    : `${total - shown} more: --limit ${total}.\n`
}
