import type { Sabotage } from '../../packages/conformance/src/requirements/requirement.ts'
import { applyPatch } from './patch.ts'
import { runTests } from './run-tests.ts'

export interface Job {
  readonly id: string
  readonly sabotage: Sabotage
  /** Test files that name the id. */
  readonly files: readonly string[]
}

/** Only a test that ran and did not get what it expects makes a sabotage `red`. */
export async function attempt(
  copy: string,
  { id, sabotage, files }: Job,
): Promise<{ readonly word: 'red' | 'GREEN' | 'BROKEN' | 'NOTEST'; readonly detail: string }> {
  if (files.length === 0) return { word: 'NOTEST', detail: '' }
  let undo: (() => void) | undefined
  try {
    undo = applyPatch(copy, sabotage)
    const verdict = await runTests(copy, files, id)
    if (verdict.kind === 'red') return { word: 'red', detail: '' }
    if (verdict.kind === 'green')
      return { word: 'GREEN', detail: `  (${verdict.passed} tests did not notice)` }
    return { word: 'BROKEN', detail: `  ${verdict.why}` }
  } catch (error) {
    return { word: 'BROKEN', detail: `  ${error instanceof Error ? error.message : error}` }
  } finally {
    undo?.()
  }
}
