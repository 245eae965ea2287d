import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const FOR_MODELS = ['OPENAI_API_KEY', 'LUMOJIT_MODEL_BASE_URL', 'LUMOJIT_MODEL', 'NO_COLOR']

export interface AgentProcess {
  readonly pid: number | undefined
  /** What it printed, once it has ended. Rejects when it failed. */
  readonly printed: Promise<string>
}

/** One of the agent's programs, in a process that has what `env` says, what models need, and nothing else. */
export function startAgent(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = process.cwd(),
): AgentProcess {
  const given = FOR_MODELS.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const file = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(process.execPath, [...process.execArgv, file, ...args], {
    cwd,
    env: { HOME: cwd, ...Object.fromEntries(given), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const printed = new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(text.trim())
      else reject(new Error(`${program} ended with ${code}`))
    })
  })
  return { pid: child.pid, printed }
}
