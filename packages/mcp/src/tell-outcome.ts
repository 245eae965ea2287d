import { isLumojitError, type Outcome, type PendingApproval, type Refusal } from '@lumojit/core'
import {
  type CallToolResult,
  type InputRequiredResult,
  inputRequired,
} from '@modelcontextprotocol/server'
import type { Settled } from './open-call.ts'
import type { Settings } from './options.ts'
import { APPROVAL } from './read-call.ts'

/** Where the machine-readable part of an answer is: clients pass `_meta` through, and most models never see it. */
export const PENDING_META = 'dev.lumojit/pending'
export const REFUSED_META = 'dev.lumojit/refused'

/** When a pending call is worth making again, in milliseconds. */
const AGAIN_MS = 30_000

/** How an execution ended, for everybody who waits for it. */
export function settledBy(outcome: Outcome<CallToolResult>): Settled {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'result', result: outcome.value, keep: true }
    case 'pending':
      return outcome
    case 'refused':
      return { kind: 'result', result: refused(outcome.refusal), keep: false }
    case 'challenged':
      throw new Error('unreachable: no model is asked to answer a challenge here')
  }
}

/** What a tool threw is for the model to read; a mistake of the application is not. */
export function settledByError(error: unknown, { onFault }: Settings): Settled {
  const lost = isLumojitError(error) && error.code === 'EFFECT_UNKNOWN'
  const text = lost
    ? 'The answer of the API was lost. The call may have taken effect: look before you repeat it.'
    : isLumojitError(error)
      ? 'This tool could not be run.'
      : error instanceof Error
        ? error.message
        : 'The tool failed.'
  if (isLumojitError(error)) {
    try {
      onFault(error)
    } catch {
      // An observer cannot change what the caller is told.
    }
  }
  return { kind: 'result', result: failed(text), keep: !isLumojitError(error) || lost }
}

/**
 * Final, for the model: what was refused and whether asking again can help. An error without
 * `structuredContent`, since old clients check that against the tool's output schema even then.
 */
function refused(refusal: Refusal): CallToolResult {
  const { code, message, retryable, retryAfterMs, risk } = refusal
  const said = message === undefined ? '' : ` The answer was: ${message}`
  const next = retryable
    ? 'It may be tried again later.'
    : 'This is final. Do not repeat the call; say that it was not permitted.'
  return {
    ...failed(`The permission was refused (${code}).${said} ${next}`),
    _meta: {
      [REFUSED_META]: {
        code,
        retryable,
        ...(message === undefined ? {} : { message }),
        ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
        ...(risk === undefined ? {} : { risk }),
      },
    },
  }
}

/** Not done yet: one text that says everything, since some clients show nothing else. */
export function pendingResult(
  { toolName, requests }: PendingApproval,
  { showApprovalUrl }: Settings,
): CallToolResult {
  const urls = showApprovalUrl ? requests.flatMap(({ approvalUrl = [] }) => approvalUrl) : []
  const where = urls.length === 0 ? '' : ` The approval page is ${urls.join(' and ')} .`
  const text =
    `Not done yet: a person has to approve "${toolName}".${where} ` +
    `Call "${toolName}" again later with exactly the same arguments: the question stays the same, and nobody is asked twice. Do not make up a result.`
  const described = requests.map(({ requestId, approvalUrl, expiresAt, waitsFor }) => ({
    request_id: requestId,
    waits_for: waitsFor,
    ...(showApprovalUrl && approvalUrl !== undefined ? { approval_url: approvalUrl } : {}),
    ...(expiresAt === undefined ? {} : { expires_at: new Date(expiresAt).toISOString() }),
  }))
  const meta = { status: 'pending', retry_after_ms: AGAIN_MS, requests: described }
  return { ...failed(text), _meta: { [PENDING_META]: meta } }
}

/** The approval pages, in the client's own way; it comes back with the same call and what it was given to keep. */
export function showPages(
  { toolName, requests }: PendingApproval,
  requestState: string,
): InputRequiredResult {
  const pages = requests.map(({ approvalUrl = '' }, nth) => [
    nth === 0 ? APPROVAL : `${APPROVAL}_${nth + 1}`,
    inputRequired.elicitUrl({
      message: `"${toolName}" needs your approval, or that of somebody who may give it.`,
      url: approvalUrl,
    }),
  ])
  return inputRequired({ inputRequests: Object.fromEntries(pages), requestState })
}

export function failed(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] }
}
