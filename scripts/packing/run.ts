import { spawnSync } from 'node:child_process'

export interface RunOptions {
  readonly cwd: string
  /** The whole environment. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv
  /** Milliseconds. Default: none. */
  readonly timeout?: number
}

/** Runs to the end and gives stdout; throws with the last lines of both streams when it fails. */
export function run(command: string, args: readonly string[], options: RunOptions): string {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    ...options,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (status === 0) return stdout
  const why = error?.message ?? signal ?? `exit ${status}`
  const output = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-30).join('\n')
  throw new Error(`${command} ${args.join(' ')}: ${why}\n${output}`)
}
