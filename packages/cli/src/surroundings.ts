/** What a command may touch of the process it runs in. */
export interface Surroundings {
  /** Relative paths begin here. */
  readonly cwd: string
  /** Aborts when the person wants the command to end. */
  readonly stop: AbortSignal
  /** To stdout: results, and nothing else. */
  write(text: string): void
  /** To stderr: what went wrong. */
  complain(text: string): void
}
