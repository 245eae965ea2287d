import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A `lumojit` command that serves until it is stopped. */
export interface Running {
  /** Its first line. */
  readonly ready: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export async function startLumojit(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Running> {
  const manifest = fileURLToPath(import.meta.resolve('lumojit/package.json'))
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'))
  const program = join(dirname(manifest), bin.lumojit)
  const child = spawn(process.execPath, [...process.execArgv, program, ...args, '--json'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const first = await Promise.race([once(lines, 'line'), once(child, 'exit')])
  if (child.exitCode !== null) throw new Error(`lumojit ${args[0]} ended with ${child.exitCode}`)
  return {
    ready: JSON.parse(first[0]),
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}
