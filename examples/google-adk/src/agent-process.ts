import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const FOR_MODELS = [
  'GEMINI_API_KEY',
  'GOOGLE_API_KEY',
  'GOOGLE_GEMINI_BASE_URL',
  'OPENAI_API_KEY',
  'LUMOJIT_MODEL_BASE_URL',
  'LUMOJIT_MODEL',
  'NO_COLOR',
]

export interface AgentProcess {
  readonly child: ChildProcess
  /** What it printed, once it has ended. Rejects when it failed. */
  readonly printed: Promise<string>
  /** Its first line, as soon as it is there. */
  readonly firstLine: Promise<string>
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
  let text = ''
  const printed = new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(text.trim())
      else reject(new Error(`${program} ended with ${code}`))
    })
  })
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    child.once('close', () => reject(new Error(`${program} ended and said nothing`)))
  })
  // Whoever wants one of them need not care for the other.
  printed.catch(() => {})
  firstLine.catch(() => {})
  return { child, printed, firstLine }
}
