import { exits } from '../exits.ts'
import { Fault, type FaultCode } from '../fault.ts'
import { inert } from '../output/inert.ts'
import type { Place } from './place.ts'

type Words = readonly [code: FaultCode, exit: number, fix: string]

/** What the authority's refusals are to a person at a terminal. A map: a code may well be `constructor`. */
const WORDS: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['invalid_token', ['NOT_SIGNED_IN', exits.unauthorized, 'Sign in again: `lumojit sign-in`.']],
  [
    'invalid_credentials',
    [
      'WRONG_PASSWORD',
      exits.unauthorized,
      'Try again; `lumojit user password ID` sets a new one in a seed file.',
    ],
  ],
  [
    'permission_denied',
    [
      'NOT_ALLOWED',
      exits.unauthorized,
      'Sign in as somebody with that right; rights are in the seed file.',
    ],
  ],
  [
    'jit_token_not_allowed',
    ['NOT_ALLOWED', exits.unauthorized, 'Sign in as a person: `lumojit sign-in`.'],
  ],
  ['invalid_state', ['DECIDED_ALREADY', exits.refused, 'See how it stands: `lumojit pending ID`.']],
  [
    'task_not_active',
    ['DECIDED_ALREADY', exits.refused, 'See how it ended: `lumojit tasks show ID`.'],
  ],
  [
    'request_not_found',
    [
      'UNKNOWN_ID',
      exits.refused,
      '`lumojit pending` lists what waits, `lumojit tasks show ID` what was asked.',
    ],
  ],
  ['task_not_found', ['UNKNOWN_ID', exits.refused, '`lumojit tasks` lists them.']],
  ['agent_not_found', ['AGENT_UNKNOWN', exits.refused, '`lumojit agent list` lists them.']],
  ['delivery_not_found', ['UNKNOWN_ID', exits.refused, '`lumojit webhooks --dead` lists them.']],
  [
    'agent_exists',
    [
      'AGENT_EXISTS',
      exits.refused,
      'Choose another name, or rotate its secret: `lumojit agent rotate ID`.',
    ],
  ],
  [
    'tenant_not_found',
    [
      'ORGANIZATION_UNKNOWN',
      exits.configuration,
      'Name the organization with --org, or the whole issuer with --url.',
    ],
  ],
  [
    'misdirected_request',
    [
      'AUTHORITY_URL_INVALID',
      exits.configuration,
      "Use the name in the seed's `url`, or add this one to `hosts`.",
    ],
  ],
  ['rate_limit_exceeded', ['RATE_LIMITED', exits.refused, 'Wait a little, then try again.']],
])

/** A good answer, or a fault. What the authority says is cleaned of what could steer a terminal. */
export async function answerOf(response: Response, { host, org }: Place): Promise<Response> {
  if (response.ok) return response
  const { status } = response
  const body = await readObject(response)
  const code = [body.code, body.error].find((it) => typeof it === 'string') ?? ''
  const said = [body.message, body.error_description].find((it) => typeof it === 'string')
  const words = WORDS.get(String(code))
  if (words) {
    const [name, exit, fix] = words
    const message =
      name === 'NOT_SIGNED_IN'
        ? `The sign-in at ${host} (${org}) does not count any more.`
        : inert(String(said ?? code))
    throw new Fault(name, message, fix, exit)
  }
  if (said !== undefined && status < 500)
    throw new Fault(
      'AUTHORITY_REFUSED',
      inert(String(said)),
      'Change what you ask for.',
      exits.refused,
    )
  throw new Fault(
    'NO_AUTHORITY',
    `${host} answers ${status}, and not as an authority does.`,
    'Name the authority itself with --url.',
    exits.unreachable,
  )
}

async function readObject(response: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = await response.json()
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
