import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const BIN = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'src', 'bin.ts')
const FLAGS = ['--conditions=@lumojit/source', '--disable-warning=ExperimentalWarning']

/** `lumojit …` in a process of its own, once it has said that it is ready. */
export interface Command {
  readonly ready: Readonly<Record<string, string>>
  /** Ctrl-C, and its end. */
  stop(): Promise<void>
}

export async function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Command> {
  const child = spawn(process.execPath, [...FLAGS, BIN, ...args, '--json'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // Whoever ends this run ends what it has started.
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const lines = createInterface({ input: child.stdout })
  const first = await Promise.race([once(lines, 'line'), once(child, 'exit')])
  if (child.exitCode !== null) throw new Error(`lumojit ${args.join(' ')}: ${stderr}`)
  return {
    ready: JSON.parse(first[0]),
    async stop() {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGINT')
      const force = setTimeout(() => child.kill('SIGKILL'), 20_000)
      const [code] = await gone
      clearTimeout(force)
      if (code !== 0) throw new Error(`lumojit ${args[0]} ended with ${code}: ${stderr}`)
    },
  }
}
