import { ConfigurationError } from '@lumojit/authority'
import { SeedError } from '@lumojit/authority/seed'
import { isLumojitError, type LumojitError } from '@lumojit/core'
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
  | 'URL_MISSING'
  | 'AUTHORITY_UNREACHABLE'
  | 'ADDRESS_UNUSABLE'
  | 'AGENT_SETTINGS_MISSING'
  | 'OUTPUT_UNUSABLE'
  | 'INTERRUPTED'
  | 'ANSWERED'
  | 'STILL_PENDING'
  | 'UNREACHABLE'
  | 'UNSOUND'
  | 'AUDIT_NOT_WHOLE'
  | 'AUTHORITY_URL_INVALID'
  | 'AUTHORITY_REFUSED'
  | 'NO_AUTHORITY'
  | 'ORGANIZATION_UNKNOWN'
  | 'NOT_SIGNED_IN'
  | 'NOT_ALLOWED'
  | 'WRONG_PASSWORD'
  | 'DECIDED_ALREADY'
  | 'UNKNOWN_ID'
  | 'SIGN_IN_UNUSABLE'
  | 'READABLE_BY_OTHERS'
  | EngineCode
  | 'UNEXPECTED'

/** What a command stops with: a sentence for a person, what to do, and how the process ends. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly fix: string
  readonly exit: number
  /** What went wrong stands in the output already; nothing is left to be said but how it ended. */
  readonly told: boolean = false

  constructor(code: FaultCode, message: string, fix: string, exit: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.fix = fix
    this.exit = exit
  }
}

/** The output has said it all: nothing is left to tell but how it ended. */
export class SaidAlready extends Fault {
  override readonly told = true
  constructor(code: FaultCode, exit: number) {
    super(code, 'It is not as it should be.', 'The report says what to do.', exit)
  }
}

/** Whatever was thrown, as something a person can act on. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  if (error instanceof SeedError || error instanceof ConfigurationError) {
    return new Fault(error.code as FaultCode, error.message, error.fix, exits.configuration, error)
  }
  if (isLumojitError(error)) return ofEngine(error)
  const address = networkCode(error)
  if (address !== undefined) return unreachable(address, error)
  const message = error instanceof Error ? error.message : String(error)
  const fix = 'This is a defect of lumojit: please report it with what you ran.'
  return new Fault('UNEXPECTED', message, fix, exits.unexpected, error)
}

type EngineCode = LumojitError['code']

/** Codes of the engine that are about the settings; what is no refusal besides is about the network. */
const SETTINGS: readonly EngineCode[] = [
  'CONFIG_INVALID',
  'INSECURE_URL',
  'ORIGIN_NOT_LISTED',
  'CALLER_AUTHORIZATION',
  'BODY_NOT_REPLAYABLE',
  'TYPE_NOT_LISTED',
  'FOREIGN_LOCATION',
]

function ofEngine(error: LumojitError): Fault {
  const { code, message, fix, refusal } = error
  if (code === 'SUSPENDED') {
    const after = 'Nobody has decided yet, and the request was taken back.'
    return new Fault('STILL_PENDING', after, 'Wait longer with --wait.', exits.refused, error)
  }
  if (SETTINGS.includes(code)) return new Fault(code, message, fix, exits.configuration, error)
  if (code === 'AUTHORITY_REJECTED') return new Fault(code, message, fix, exits.unauthorized, error)
  const away = !refusal || ['AUTHORITY_UNREACHABLE', 'AUTHORITY_MALFORMED'].includes(code)
  return new Fault(code, message, fix, away ? exits.unreachable : exits.refused, error)
}

/** `fetch failed` says nothing; the code beneath it does. */
function networkCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException
    if (
      code !== undefined &&
      /^(E[A-Z]+|UND_ERR_\w+|(CERT|DEPTH|ERR_TLS|SELF|UNABLE)\w+)$/.test(code)
    )
      return code
  }
  // A port that no browser would call, for one, has no code.
  return error instanceof TypeError && error.message === 'fetch failed'
    ? String((error.cause as Error | undefined)?.message ?? 'fetch failed')
    : undefined
}

const unreachable = (code: string, cause: unknown) =>
  new Fault(
    'UNREACHABLE',
    `There was no answer (${code}).`,
    'See that the URL is right and that it runs there; `lumojit doctor` looks closer.',
    exits.unreachable,
    cause,
  )
