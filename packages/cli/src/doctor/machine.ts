import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { type Finding, fault, well } from './finding.ts'

const LEAST = [22, 18] as const

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isOld = major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])
  if (!isOld) return well('node', version)
  const says = `Node ${version} is older than ${LEAST.join('.')}.`
  return fault('node', 'NODE_OLD', says, 'Install a supported Node, such as the current LTS.')
}

/** Files that hold a secret are their owner's alone. Windows has no such modes. */
export function checkFile(path: string, holds: string): Finding | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found?.isFile() || process.platform === 'win32') return undefined
  const mode = (found.mode & 0o777).toString(8)
  if ((found.mode & 0o077) === 0) return well('files', `${path} is yours alone`)
  return fault(
    'files',
    'READABLE_BY_OTHERS',
    `${path} holds ${holds}, and other users of this machine may open it (mode ${mode}).`,
    `Run: chmod 600 ${quoted(path)}`,
  )
}

/** The file that lumojit.json keeps the agent's secret in, if it does. */
export function secretFile(config: string): string | undefined {
  try {
    const file: unknown = parse(readFileSync(config, 'utf8'))?.client_secret?.file
    return typeof file === 'string' ? resolve(dirname(config), file) : undefined
  } catch {
    return undefined
  }
}

const quoted = (path: string) =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
