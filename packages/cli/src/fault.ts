import { ConfigurationError } from '@lumojit/authority'
import { SeedError } from '@lumojit/authority/seed'
import { exits } from './exits.ts'

export type FaultCode =
  | 'USAGE'
  | 'SEED_MISSING'
  | 'SEED_INVALID'
  | 'CONFIG_INVALID'
  | 'CONFIG_MISSING'
  | 'AGENT_EXISTS'
  | 'AGENT_UNKNOWN'
  | 'USER_UNKNOWN'
  | 'DATABASE_UNUSABLE'
  | 'ADDRESS_UNUSABLE'
  | 'UNEXPECTED'

/** What a command stops with: a sentence for a person, what to do, and how the process ends. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly fix: string
  readonly exit: number

  constructor(code: FaultCode, message: string, fix: string, exit: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.fix = fix
    this.exit = exit
  }
}

/** Whatever was thrown, as something a person can act on. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  if (error instanceof SeedError || error instanceof ConfigurationError) {
    return new Fault(error.code as FaultCode, error.message, error.fix, exits.configuration, error)
  }
  const message = error instanceof Error ? error.message : String(error)
  const fix = 'This is a defect of lumojit: please report it with what you ran.'
  return new Fault('UNEXPECTED', message, fix, exits.unexpected, error)
}
