import { span } from '../output/span.ts'
import { type Finding, fault, well } from './finding.ts'

/** `Date` has no parts of a second, and the answer took its time. */
const ALLOWED_MS = 30_000

export interface Reading {
  readonly whose: string
  /** Its clock less ours, milliseconds; ahead is positive. */
  readonly offMs: number
}

/** Everybody's clock against this machine's. When all others agree with each other, ours is the one that is off. */
export function checkClocks(readings: readonly Reading[]): readonly Finding[] {
  const [first] = readings
  if (first === undefined) return []
  const off = readings.filter(({ offMs }) => Math.abs(offMs) > ALLOWED_MS)
  if (off.length === 0)
    return [well('clock', `agrees with ${readings.map(({ whose }) => whose).join(' and ')}`)]
  const together = readings.every(({ offMs }) => Math.abs(offMs - first.offMs) <= ALLOWED_MS)
  if (together) {
    const way = first.offMs > 0 ? 'behind' : 'ahead of'
    const others = readings.map(({ whose }) => whose).join(' and ')
    return [
      fault(
        'clock',
        'CLOCK_OFF',
        `This machine's clock is ${span(first.offMs)} ${way} that of ${others}.`,
        readings.length > 1
          ? 'Set the clock of this machine by the network: timedatectl set-ntp true.'
          : 'Set both clocks by the network (timedatectl set-ntp true); tokens are refused as expired, or as of the future.',
      ),
    ]
  }
  return off.map(({ whose, offMs }) =>
    fault(
      'clock',
      'CLOCK_OFF',
      `The clock of ${whose} is ${span(offMs)} ${offMs > 0 ? 'ahead of' : 'behind'} this machine's.`,
      `Set the clock of ${whose} by the network (timedatectl set-ntp true).`,
    ),
  )
}
