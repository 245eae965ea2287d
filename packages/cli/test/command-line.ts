import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../src/main.ts'
import type { Surroundings } from '../src/surroundings.ts'

interface Setting {
  readonly env?: Surroundings['env']
  readonly stop?: AbortSignal
  readonly terminal?: Surroundings['terminal']
  /** What the person types, question after question. */
  readonly typed?: readonly string[]
  readonly now?: () => number
  /** Stdout as it comes, for commands that go on. */
  readonly onWrite?: (text: string) => void
}

/** A directory of its own and the command in it, in this process. */
export function commandLine() {
  const cwd = mkdtempSync(join(tmpdir(), 'lumojit-cli-'))
  const run = async (args: readonly string[], setting: Setting = {}) => {
    const { env = {}, stop = new AbortController().signal, typed = [] } = setting
    const { now = Date.now, terminal = { out: false, err: false, columns: 80 } } = setting
    const answers = [...typed]
    let stdout = ''
    let stderr = ''
    const write = (what: string | Uint8Array) => {
      const text = typeof what === 'string' ? what : Buffer.from(what).toString()
      stdout += text
      setting.onWrite?.(text)
    }
    const complain = (text: string) => {
      stderr += text
    }
    const code = await main(args, {
      cwd,
      // Nothing of the machine's own reaches a command under test.
      env: { XDG_CONFIG_HOME: join(cwd, 'config'), ...env },
      stop,
      terminal,
      now,
      write,
      complain,
      ask: async () => answers.shift(),
      readAll: async () => answers.shift() ?? '',
    })
    return { code, stdout, stderr }
  }
  return {
    cwd,
    run,
    read: (file = 'lumojit.yaml') => readFileSync(join(cwd, file), 'utf8'),
    write: (file: string, text: string, mode = 0o644) =>
      writeFileSync(join(cwd, file), text, { mode }),
    close: () => rmSync(cwd, { recursive: true, force: true }),
  }
}
