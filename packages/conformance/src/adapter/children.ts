import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Seen } from '../adapter-driver.ts'
import { ANSWER, type ChildAnswer, type ChildJob } from '../child/job.ts'

export interface Child {
  /** What the run came to. Rejects when the process ends before it has said so. */
  readonly seen: Promise<Seen>
  /** SIGKILL, and resolves when the process is gone. */
  kill(): Promise<void>
}

/** A child says what it saw in a few seconds, also on a busy machine. */
const DEADLINE_MS = 60_000
const living = new Set<ChildProcess>()

function killAll(): void {
  for (const child of living) child.kill('SIGKILL')
}

/**
 * Runs a job in a process of its own: an empty working directory, an empty HOME, and no environment
 * but what the job says. It lives until it is killed, or until this process is gone.
 */
export async function startChild(driver: URL, job: ChildJob): Promise<Child> {
  const empty = await mkdtemp(join(tmpdir(), 'lumojit-child-'))
  // Sources run as they are; a built package runs its own build.
  const source = import.meta.url.endsWith('.ts')
  const runChild = new URL(`../child/run-child.${source ? 'ts' : 'js'}`, import.meta.url)
  const program = [
    `import driver from ${JSON.stringify(driver.href)}`,
    `import { runChild } from ${JSON.stringify(runChild.href)}`,
    'runChild(driver)',
  ].join('\n')
  const conditions = source ? ['--conditions=@lumojit/source'] : []
  const child = spawn(process.execPath, [...conditions, '--input-type=module', '--eval', program], {
    cwd: empty,
    // Compiled code only, by its content's hash: a framework takes longer to compile than to run a case.
    env: { HOME: empty, NODE_COMPILE_CACHE: join(tmpdir(), 'lumojit-compile-cache') },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  if (living.size === 0) process.once('exit', killAll)
  living.add(child)
  const printed: string[] = []
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      living.delete(child)
      if (living.size === 0) process.off('exit', killAll)
      resolve()
    })
  }).then(() => rm(empty, { recursive: true, force: true }))
  const kill = async () => {
    child.kill('SIGKILL')
    await gone
  }

  const answered = new Promise<ChildAnswer>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The child said nothing for ${DEADLINE_MS} ms: ${printed.join('\n')}`))
      void kill()
    }, DEADLINE_MS)
    createInterface({ input: child.stderr }).on('line', (line) => void printed.push(line))
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith(ANSWER)) resolve(JSON.parse(line.slice(ANSWER.length)))
      else printed.push(line)
    })
    child.once('error', reject)
    void gone.then(() => {
      clearTimeout(timer)
      reject(new Error(`The child ended before it answered: ${printed.join('\n')}`))
    })
  })
  // A child that died has said so by its end.
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify(job)}\n`)

  const seen = answered.then((said) => {
    if ('broke' in said) throw new Error(`The child could not do its job: ${said.broke}`)
    return { ...said.seen, shown: [...said.seen.shown, ...printed] }
  })
  // Whoever only kills a child does not wait for what it saw.
  seen.catch(() => {})
  return { seen, kill }
}
