import { spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const here = join(import.meta.dirname, '..')

/**
 * The interpreter that has what requirements.txt names: the one LUMOJIT_PYTHON names, or one in `.venv`, which is
 * made at the first run.
 */
export async function pythonOfTheExample(): Promise<string> {
  const { LUMOJIT_PYTHON } = process.env
  if (LUMOJIT_PYTHON) return LUMOJIT_PYTHON
  const place = join(here, '.venv')
  const python = join(place, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  if (existsSync(python)) return python
  console.log('Installing requirements.txt into .venv; this takes a minute or two, once.')
  try {
    await run('python3', ['-m', 'venv', place])
    await run(python, ['-m', 'pip', 'install', '--quiet', '-r', join(here, 'requirements.txt')])
  } catch (error) {
    rmSync(place, { recursive: true, force: true })
    throw error
  }
  return python
}

/** Rejects when it fails; what it prints is seen. */
export async function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const child = spawn(command, args, { cwd: here, env, stdio: 'inherit' })
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}`)
}
