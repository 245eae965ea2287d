/** One thing that is wrong, and where: line and column count from 1. */
export interface SeedProblem {
  readonly line: number
  readonly column: number
  /** For example `agents[0].secret`; empty for the whole file. */
  readonly path: string
  readonly message: string
}

/** A seed file that cannot be used. Names every problem, and no value: values may be secrets. */
export class SeedError extends Error {
  override readonly name = 'SeedError'
  readonly code = 'SEED_INVALID'
  readonly fix = 'Mend the lines named.'
  readonly problems: readonly SeedProblem[]

  constructor(filename: string, problems: readonly SeedProblem[]) {
    const lines = problems.map(
      ({ line, column, path, message }) =>
        `${filename}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`,
    )
    super(lines.join('\n'))
    this.problems = problems
  }
}
