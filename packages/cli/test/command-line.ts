import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../src/main.ts'

/** A directory of its own and the command in it, in this process. */
export function commandLine() {
  const cwd = mkdtempSync(join(tmpdir(), 'lumojit-cli-'))
  const run = async (args: readonly string[], stop: AbortSignal = new AbortController().signal) => {
    let stdout = ''
    let stderr = ''
    const write = (text: string) => {
      stdout += text
    }
    const complain = (text: string) => {
      stderr += text
    }
    const code = await main(args, { cwd, stop, write, complain })
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
