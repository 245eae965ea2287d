import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MODEL = ['OPENAI_API_KEY', 'LUMOJIT_MODEL_BASE_URL', 'LUMOJIT_MODEL'] as const

/** Runs one of the agent's programs in a process of its own, which has what it is given here and nothing else. */
export async function runAgent(
  program: string,
  args: readonly string[],
  given: Readonly<Record<string, string>>,
  directory: string = process.cwd(),
): Promise<{ readonly pid: number | undefined; readonly printed: string }> {
  const model = Object.fromEntries(
    MODEL.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  )
  const path = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(process.execPath, [...process.execArgv, path, ...args], {
    cwd: directory,
    env: { HOME: directory, ...model, ...given },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  const code = await new Promise((ended, failed) => {
    child.once('error', failed)
    child.once('close', ended)
  })
  if (code !== 0) throw new Error(`${program} ended with ${code}.`)
  return { pid: child.pid, printed: printed.trim() }
}
