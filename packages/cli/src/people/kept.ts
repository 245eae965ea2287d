import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { signInFile } from '../config-directory.ts'
import { exits } from '../exits.ts'
import { Fault } from '../fault.ts'
import type { Surroundings } from '../surroundings.ts'

/** Who is signed in where. A token goes to the authority it came from, and to no other. */
export interface KeptSignIn {
  readonly user: string
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

interface Kept {
  /** The base of the last sign-in. */
  readonly last?: string
  readonly at: Readonly<Record<string, KeptSignIn>>
}

export const keptSignIn = (base: string, around: Surroundings): KeptSignIn | undefined =>
  read(around).at[base]

export const lastPlace = (around: Surroundings): string | undefined => read(around).last

export function keep(base: string, signIn: KeptSignIn, around: Surroundings): void {
  const { at } = read(around)
  // What has run out is of no use to anybody.
  const alive = Object.entries(at).filter(([, { expiresAt }]) => expiresAt > around.now())
  write({ last: base, at: { ...Object.fromEntries(alive), [base]: signIn } }, around)
}

export function forget(base: string, around: Surroundings): void {
  const { last, at } = read(around)
  const others = Object.fromEntries(Object.entries(at).filter(([where]) => where !== base))
  write({ ...(last !== undefined && { last }), at: others }, around)
}

function read(around: Surroundings): Kept {
  const path = signInFile(around)
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return { at: {} }
  if ((found.mode & 0o077) !== 0 && process.platform !== 'win32') {
    throw new Fault(
      'READABLE_BY_OTHERS',
      `${path} holds a token to decide with, and other users of this machine may open it.`,
      `Run chmod 600 ${path}, and sign in again if others may have read it.`,
      exits.configuration,
    )
  }
  try {
    const { last, at } = JSON.parse(readFileSync(path, 'utf8'))
    const entries = Object.entries(at as Kept['at']).filter(
      ([, it]) => typeof it?.token === 'string',
    )
    return { ...(typeof last === 'string' && { last }), at: Object.fromEntries(entries) }
  } catch (cause) {
    const message = `${path} cannot be read as what \`lumojit sign-in\` writes.`
    const fix = 'Delete it and sign in again.'
    throw new Fault('SIGN_IN_UNUSABLE', message, fix, exits.configuration, cause)
  }
}

/** All of it or nothing, and never for a moment readable by others. */
function write(kept: Kept, around: Surroundings): void {
  const path = signInFile(around)
  const beside = `${path}.${process.pid}.new`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(beside, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    chmodSync(beside, 0o600)
    renameSync(beside, path)
  } catch (cause) {
    rmSync(beside, { force: true })
    const fix = 'See that its directory is yours to write, or set LUMOJIT_TOKEN instead.'
    throw new Fault(
      'SIGN_IN_UNUSABLE',
      `${path} cannot be written.`,
      fix,
      exits.configuration,
      cause,
    )
  }
}
