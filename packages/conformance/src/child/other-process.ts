import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A program of a test in a process of its own, which lives until it is killed or this process is gone. */
export interface OtherProcess<Answer> {
  readonly pid: number | undefined
  /** What it made of its job. Rejects when it ends without a word, or says nothing for a minute. */
  readonly answer: Promise<Answer>
  /** SIGKILL. Resolves with what ended it, when it is gone. */
  kill(): Promise<NodeJS.Signals | null>
}

const ANSWER = 'lumojit-other-process:'
const DEADLINE_MS = 60_000

/** Nothing is shared but the job, which is JSON: an empty directory, an empty HOME, no environment. */
export async function otherProcess<Answer>(
  program: URL,
  job: unknown,
): Promise<OtherProcess<Answer>> {
  const empty = await mkdtemp(join(tmpdir(), 'lumojit-process-'))
  const conditions = import.meta.url.endsWith('.ts') ? ['--conditions=@lumojit/source'] : []
  const quiet = '--disable-warning=ExperimentalWarning'
  // What a framework is compiled to is the same every time.
  const env = { HOME: empty, NODE_COMPILE_CACHE: join(tmpdir(), 'lumojit-compile-cache') }
  const start = `await import(${JSON.stringify(program.href)})`
  const child = spawn(
    process.execPath,
    [...conditions, quiet, '--input-type=module', '--eval', start],
    { cwd: empty, env, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  const printed: string[] = []
  const gone = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_, signal) => resolve(signal))
  })
  const answer = new Promise<Answer>((resolve, reject) => {
    const fail = (what: string) =>
      reject(new Error(`The other process ${what}: ${printed.join('\n')}`))
    const timer = setTimeout(() => {
      fail('said nothing for a minute')
      child.kill('SIGKILL')
    }, DEADLINE_MS)
    createInterface({ input: child.stderr }).on('line', (line) => void printed.push(line))
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith(ANSWER)) printed.push(line)
      else resolve(JSON.parse(line.slice(ANSWER.length)) as Answer)
    })
    child.once('error', reject)
    void gone.then(() => {
      clearTimeout(timer)
      fail('ended before it answered')
    })
  })
  answer.catch(() => {})
  // A child that died has said so by its end.
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify(job)}\n`)
  return {
    pid: child.pid,
    answer,
    kill: async () => {
      child.kill('SIGKILL')
      const signal = await gone
      await rm(empty, { recursive: true, force: true })
      return signal
    },
  }
}

/** The other side: does the job, says what came of it, and waits for its end. */
export function inOtherProcess<Job, Answer>(work: (job: Job) => Promise<Answer>): void {
  createInterface({ input: process.stdin })
    .once('line', async (line) => {
      const answer = await work(JSON.parse(line) as Job)
      process.stdout.write(`${ANSWER}${JSON.stringify(answer)}\n`)
    })
    .once('close', () => process.exit(0))
}
