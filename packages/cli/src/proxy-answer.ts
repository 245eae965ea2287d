import { isLumojitError, type PendingApproval, type Refusal } from '@lumojit/core'
import { BrokenAnswer } from './proxy-broken-answer.ts'

/** What a caller is answered. */
export interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** One character a byte: text in plain data is where the engine takes tokens out. */
  readonly body: string
  /** What is too large or too slow to be kept, for one caller. */
  readonly rest?: ReadableStream<Uint8Array>
}

/** Where the code of an answer of the proxy itself stands; the API's own answers have none. */
const CODE_HEADER = 'lumojit-code'

/** An answer of the proxy itself. */
export function ownAnswer(
  status: number,
  code: string,
  message: string,
  fix: string,
  more: { readonly retryAfter?: number; readonly members?: object } = {},
): Answer {
  const body = { code, message, fix, ...more.members }
  return {
    status,
    headers: [
      ['content-type', 'application/json'],
      ['cache-control', 'no-store'],
      [CODE_HEADER, code],
      ...(more.retryAfter === undefined ? [] : [['retry-after', `${more.retryAfter}`] as const]),
    ],
    body: Buffer.from(JSON.stringify(body)).toString('latin1'),
  }
}

/** Seconds: the next call waits in place anyway. */
const RETRY_SECONDS = 5

/** A person thinks for longer than the call is held. */
export function pendingAnswer({ requests }: PendingApproval): Answer {
  const url = requests.find(({ approvalUrl }) => approvalUrl)?.approvalUrl
  const until = requests.flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [expiresAt]))
  return ownAnswer(
    503,
    'APPROVAL_PENDING',
    `A person has to approve this call first${url === undefined ? '.' : `: ${url}`}`,
    'Make the same call again later, unchanged: it goes on where it is, and is done once.',
    {
      retryAfter: RETRY_SECONDS,
      members: {
        retry_after: RETRY_SECONDS,
        ...(url !== undefined && { approval_url: url }),
        ...(until.length > 0 && { expires_at: new Date(Math.min(...until)).toISOString() }),
        request_ids: requests.map(({ requestId }) => requestId),
      },
    },
  )
}

const SENTENCES: Partial<Record<Refusal['code'], string>> = {
  DENIED: 'A person refused this call.',
  EXPIRED: 'Nobody decided about this call in time.',
  REVOKED: 'The permission for this call was taken back.',
  POLICY_REFUSED: 'This agent may not ask for what this call needs.',
  BUDGET_SPENT: 'This run has asked as often as it may.',
  AUTHORITY_UNREACHABLE: 'Whoever decides about permissions does not answer.',
  RATE_LIMITED: 'Whoever decides about permissions asks to slow down.',
}
const STATUS: Partial<Record<Refusal['code'], number>> = {
  AUTHORITY_UNREACHABLE: 503,
  RATE_LIMITED: 429,
  CLAIMED_ELSEWHERE: 409,
  AUTHORITY_REJECTED: 502,
  AUTHORITY_MALFORMED: 502,
}

/** A final no, in words that a model may be shown. */
export function refusedAnswer(refusal: Refusal): Answer {
  const { code, message, retryable, retryAfterMs } = refusal
  const sentence = SENTENCES[code] ?? 'This call was not permitted.'
  const status = STATUS[code] ?? 403
  const retryAfter = Math.ceil((retryAfterMs ?? RETRY_SECONDS * 1000) / 1000)
  return ownAnswer(
    status,
    code,
    message === undefined ? sentence : `${sentence} They say: ${message}`,
    retryable ? 'It may be tried again later.' : 'Go on without it; trying again changes nothing.',
    { ...(status === 503 || status === 429 ? { retryAfter } : {}), members: { retryable } },
  )
}

/** What the call itself met on its way. */
export function failedAnswer(error: unknown): Answer {
  if (error instanceof BrokenAnswer)
    return ownAnswer(
      502,
      'ANSWER_BROKEN',
      error.message,
      'Read at the API what became of the call before making it again.',
    )
  if (!isLumojitError(error))
    return ownAnswer(
      502,
      'API_UNREACHABLE',
      'The API does not answer.',
      'Check that it runs, and try again.',
    )
  const { code, message, fix } = error
  return ownAnswer(code === 'EFFECT_UNKNOWN' ? 502 : 500, code, message, fix)
}

export const runEnded = (): Answer =>
  ownAnswer(
    410,
    'RUN_ENDED',
    'The run was ended while this call was under way.',
    'Make the call again if it is still wanted: it begins a new run.',
  )

/** It was done, and what it said is gone. */
export const answerTaken = (): Answer =>
  ownAnswer(
    502,
    'ANSWER_TAKEN',
    'The call was done, and its answer, too large to be kept, went to another caller.',
    'Read at the API what became of it; do not make the call again.',
  )
