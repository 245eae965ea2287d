/** What a command may touch of the process it runs in. */
export interface Surroundings {
  /** Relative paths begin here. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborts when the person wants the command to end. */
  readonly stop: AbortSignal
  readonly terminal: Terminal
  /** Milliseconds since the epoch. */
  now(): number
  /** To stdout: results, and nothing else. */
  write(what: string | Uint8Array): void
  /** To stderr: what went wrong, and what is under way. */
  complain(text: string): void
  /** One line typed by the person; undefined where nobody sits at a terminal, or when it was broken off. */
  ask(question: string, options?: { readonly hidden?: boolean }): Promise<string | undefined>
  /** All of stdin, for what must not be an argument. */
  readAll(): Promise<string>
}

/** What is a terminal with a person before it; a file, a pipe and a test are none. */
export interface Terminal {
  readonly out: boolean
  readonly err: boolean
  /** Characters a line has room for. */
  readonly columns: number
}
