/**
 * Called at named points of every change: `<operation>:before-commit`, `:after-commit` and
 * `:before-answer`. For tests that kill the process there. Only ever given as an option.
 */
export type Failpoint = (name: string) => void | Promise<void>
