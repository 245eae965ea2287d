import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What can be run by its name: one framework, or one version of the SDK. */
export interface Piece {
  readonly name: string
  /** What pip is given, in one environment. */
  readonly requirements: readonly string[]
  /** What a piece without Python runs, for the table. */
  readonly with?: string
  readonly checks: readonly Check[]
}

export interface Check {
  readonly name: string
  /** Takes minutes: only where everything is run. */
  readonly slow?: boolean
  /** Throws, with the reason. Gives what was checked, if that was several things. */
  run(python: string): Promise<readonly Part[] | undefined>
}

export interface Part {
  readonly name: string
  /** Why it is no success. */
  readonly fault?: string
}

/** For sentences that say what was expected. */
export function must(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence)
}

/** An empty directory while `use` runs. */
export async function inEmptyDirectory<T>(use: (path: string) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), 'lumojit-interop-'))
  try {
    return await use(path)
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}
