import type { Seen } from '../adapter-driver.ts'
import { readable } from './canaries.ts'

/** All that can be read of what a run came to. */
export function readableSeen(seen: Seen): string {
  const { state, modelInputs, shown, error, results, pending, text } = seen
  return [state, text ?? '', readable([modelInputs, results, pending, error, ...shown])].join('\n')
}
