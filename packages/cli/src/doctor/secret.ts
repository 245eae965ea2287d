import { Secret } from '@lumojit/protocol'
import type { AgentSettings } from '../agent-settings.ts'
import { inert } from '../output/inert.ts'
import { type Answered, call, textOf } from './call.ts'
import { type Finding, fault, well } from './finding.ts'

export type Obtained =
  | { readonly kind: 'token'; readonly token: Secret }
  | { readonly kind: 'no'; readonly answer: Answered }
  | { readonly kind: 'away'; readonly why: string }

/** Client credentials (RFC 6749 §4.4); with `resource` (RFC 8707) a token for that API alone. */
export async function obtain(
  { clientId, clientSecret }: Pick<AgentSettings, 'clientId' | 'clientSecret'>,
  base: string,
  stop: AbortSignal,
  resource?: string,
): Promise<Obtained> {
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    ...(resource !== undefined && { resource }),
  }
  const body = new URLSearchParams(form)
  const answer = await call(`${base}/oauth/token`, stop, { method: 'POST', body })
  if (answer.kind === 'away') return answer
  const token = textOf(answer.json.access_token)
  return answer.status === 200 && token
    ? { kind: 'token', token: new Secret(token) }
    : { kind: 'no', answer }
}

/** Whether the authority takes this agent for who it says it is. */
export async function checkSecret(
  settings: AgentSettings,
  base: string,
  stop: AbortSignal,
): Promise<{ readonly finding: Finding; readonly token?: Secret }> {
  const { clientId, clientSecret } = settings
  const got = await obtain(settings, base, stop)
  if (got.kind === 'token')
    return { finding: well('secret', `${clientId} is accepted`), token: got.token }
  if (got.kind === 'away') {
    const says = `The token endpoint cannot be reached: ${got.why}.`
    const fix = 'See what stands between here and the authority; its metadata could be read.'
    return { finding: fault('secret', 'AUTHORITY_UNREACHABLE', says, fix) }
  }
  const { status, json } = got.answer
  if (status === 401 || json.error === 'invalid_client' || json.code === 'invalid_client') {
    const blank = clientSecret.trim() !== clientSecret
    return {
      finding: fault(
        'secret',
        'WRONG_SECRET',
        `The authority refuses ${inert(clientId)} with this secret.`,
        blank
          ? 'The secret begins or ends with a blank or a line break: take it away.'
          : `See that AGENT_CLIENT_ID is right; \`lumojit agent rotate ${inert(clientId)}\` gives another secret.`,
      ),
    }
  }
  const said = inert(textOf(json.error_description) || textOf(json.message) || `${status}`)
  const fix =
    'See in the audit of the authority, or with whoever runs it, what became of this agent.'
  return {
    finding: fault(
      'secret',
      'TOKEN_REFUSED',
      `The authority gives this agent no token: ${said}`,
      fix,
    ),
  }
}
