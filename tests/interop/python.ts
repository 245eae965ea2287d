import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'lumojit-interop')
const SYSTEM_PYTHON = process.env.PYTHON ?? 'python3'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  /** Both streams, as they came. */
  readonly said: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly deadlineMs: number
  /** Each line of stdout as soon as it is there. */
  readonly onLine?: (line: string) => void
}

/** Runs a program to its end, or to the deadline. Nothing of this process leaks in but PATH and certificates. */
export async function run(
  command: string,
  args: readonly string[],
  { env = {}, cwd = CACHE, deadlineMs, onLine }: RunOptions,
): Promise<Ran> {
  mkdirSync(CACHE, { recursive: true })
  const child = spawn(command, args, {
    cwd,
    env: { ...surroundings(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // Whoever ends this run ends what it has started.
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  let stdout = ''
  let said = ''
  let line = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
    said += chunk
    const [first = '', ...more] = chunk.split('\n')
    line += first
    for (const next of more) {
      onLine?.(line)
      line = next
    }
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk
  })
  const deadline = setTimeout(() => {
    said += `\n[stopped after ${deadlineMs / 1000} s]`
    child.kill('SIGKILL')
  }, deadlineMs)
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      said += error.message
      resolve(null)
    })
    child.once('close', resolve)
  })
  clearTimeout(deadline)
  return { code, stdout, said }
}

const LET_THROUGH = /^(PATH|LANG|TMPDIR|PIP_.*|.*_CA_BUNDLE|SSL_CERT_.*|https?_proxy|no_proxy)$/i

function surroundings(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => LET_THROUGH.test(name))
  return {
    ...Object.fromEntries(kept),
    HOME: CACHE,
    NO_PROXY: '127.0.0.1,localhost',
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    // None of the frameworks is to tell anybody of these runs.
    CREWAI_DISABLE_TELEMETRY: 'true',
    CREWAI_TRACING_ENABLED: 'false',
    AGNO_TELEMETRY: 'false',
    ANONYMIZED_TELEMETRY: 'False',
    OTEL_SDK_DISABLED: 'true',
  }
}

export interface Python {
  /** The interpreter of an environment of its own. */
  readonly command: string
  /** `name version` of Python and of the packages that were asked for. */
  readonly versions: readonly string[]
}

/**
 * A virtual environment with these packages, newest first unless a version is named. Kept for the day,
 * so that what is new at PyPI is seen tomorrow. Rejects with pip's own words.
 */
export async function pythonWith(requirements: readonly string[]): Promise<Python> {
  const day = new Date().toISOString().slice(0, 10)
  const { stdout: version } = await must(SYSTEM_PYTHON, ['--version'])
  const named = [version.trim(), ...requirements].join('\n')
  const hash = createHash('sha256').update(named).digest('hex').slice(0, 12)
  const place = join(CACHE, `${day}-${hash}`)
  const command = join(place, 'bin', 'python')
  mkdirSync(CACHE, { recursive: true })
  for (const old of readdirSync(CACHE))
    if (/^\d{4}-/.test(old) && !old.startsWith(day))
      rmSync(join(CACHE, old), { recursive: true, force: true })
  if (!existsSync(join(place, 'ready'))) {
    rmSync(place, { recursive: true, force: true })
    await must(SYSTEM_PYTHON, ['-m', 'venv', place])
    await must(command, [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...['--cache-dir', join(CACHE, 'pip'), ...requirements],
    ])
    mkdirSync(join(place, 'made'))
    renameSync(join(place, 'made'), join(place, 'ready'))
  }
  const names = requirements.map((each) => each.split(/[[=<>~!]/)[0] ?? each)
  const asked = `import importlib.metadata as m
for name in ${JSON.stringify(names)}: print(name, m.version(name))`
  const { stdout } = await must(command, ['-c', asked])
  return { command, versions: [version.trim(), ...stdout.trim().split('\n')] }
}

/** Every version of a package that can be installed from PyPI today, oldest first. */
export async function publishedVersions(name: string): Promise<readonly string[]> {
  const { stdout } = await must(SYSTEM_PYTHON, ['-m', 'pip', 'index', 'versions', name])
  const [, list = ''] = /^Available versions: (.+)$/m.exec(stdout) ?? []
  if (list === '') throw new Error(`PyPI lists no version of ${name}:\n${stdout}`)
  return list.split(', ').toReversed()
}

async function must(command: string, args: readonly string[]): Promise<Ran> {
  const ran = await run(command, args, { deadlineMs: 900_000 })
  if (ran.code === 0) return ran
  const end = ran.said.trim().split('\n').slice(-20).join('\n')
  throw new Error(`${command} ${args.join(' ')} ended with ${ran.code}\n${end}`)
}
