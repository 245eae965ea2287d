interface NodeProcess {
  readonly pid: number
  once(event: string, listener: () => void): void
  removeListener(event: string, listener: () => void): void
  kill(pid: number, signal: string): void
}

const SIGNALS = ['SIGINT', 'SIGTERM']
/** A person who presses Ctrl-C waits no longer than this. */
const LONGEST_MS = 2_000

/**
 * On SIGINT and SIGTERM: ends everything, for two seconds at most, then raises the signal again, so
 * that the process ends as it would have. Gives back what undoes it. Does nothing where there are no signals.
 */
export function handleSignals(end: () => Promise<unknown>): () => void {
  const { process } = globalThis as unknown as { process?: NodeProcess }
  if (typeof process?.once !== 'function') return () => {}
  const listeners = SIGNALS.map((name) => {
    const listener = () => {
      undo()
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, LONGEST_MS)
      })
      const raise = () => {
        clearTimeout(timer)
        process.kill(process.pid, name)
      }
      Promise.race([end(), late]).then(raise, raise)
    }
    process.once(name, listener)
    return [name, listener] as const
  })
  const undo = () => {
    for (const [name, listener] of listeners) process.removeListener(name, listener)
  }
  return undo
}
