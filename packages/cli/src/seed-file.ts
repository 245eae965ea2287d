import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { readSeed, type SeedOptions } from '@lumojit/authority/seed'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'

export interface SeedFile {
  readonly path: string
  readonly text: string
  readonly seed: SeedOptions
}

/** Undefined when there is no such file. Throws SeedError, which names the lines, for one that cannot be used. */
export function findSeed(path: string): SeedFile | undefined {
  const text = readText(path)
  return text === undefined ? undefined : { path, text, seed: readSeed(text, basename(path)) }
}

/** Whether a seed file keeps what others must not read; what cannot be read keeps nothing. */
export function plainSecrets(path: string): boolean {
  try {
    const { agents = [], resources = [] } = findSeed(path)?.seed ?? {}
    return (
      agents.some(({ secret }) => secret !== undefined) ||
      resources.some((it) => typeof it === 'object' && it.secret !== undefined)
    )
  } catch {
    return false
  }
}

export function needSeed(path: string): SeedFile {
  const found = findSeed(path)
  if (found !== undefined) return found
  throw new Fault(
    'SEED_MISSING',
    `There is no seed file ${path}.`,
    'Run `lumojit agent create NAME`, which writes one, or name yours with --seed.',
    exits.configuration,
  )
}

/** All of the new text or none of it, under the file's own permissions; refused when it could not be read again. */
export function writeSeed(path: string, text: string): void {
  readSeed(text, basename(path))
  const existing = statSync(path, { throwIfNoEntry: false })
  const place = existing ? realpathSync(path) : path
  const beside = `${place}.${process.pid}.new`
  try {
    writeFileSync(beside, text, { mode: existing ? existing.mode & 0o777 : 0o600, flag: 'wx' })
    renameSync(beside, place)
  } catch (error) {
    rmSync(beside, { force: true })
    throw new Fault(
      'SEED_INVALID',
      `${path} cannot be written.`,
      'See that its directory exists and is yours to write.',
      exits.configuration,
      error,
    )
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Fault(
      'SEED_INVALID',
      `${path} cannot be read.`,
      'See that it is a file, and yours to read.',
      exits.configuration,
      error,
    )
  }
}
