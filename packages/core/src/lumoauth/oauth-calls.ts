import { AuthorityError, type Io, Secret, type TaskOptions } from '@lumojit/protocol'
import type { Answer } from './answer.ts'
import { send } from './http.ts'
import type { Settings } from './options.ts'
import { orAbort } from './or-abort.ts'
import { malformed, refused } from './refused.ts'
import { limited } from './time-limit.ts'
import type { Issued } from './token-slot.ts'

/** Gives a token; told which one was refused, another. */
export type Take = (stale?: Secret) => Promise<Secret>
export type SubjectToken = NonNullable<TaskOptions['subjectToken']>

/** A 401 means the token died early: one other token, one repeat. */
export async function withToken(
  take: Take,
  call: (token: Secret) => Promise<Answer>,
): Promise<Answer> {
  const token = await take()
  const answer = await call(token)
  return answer.status === 401 ? call(await take(token)) : answer
}

/** RFC 6749 §4.4: the agent's own token; with `resource` (RFC 8707), one that only works there. */
export async function clientCredentials(settings: Settings, resource?: string): Promise<Issued> {
  const form = { grant_type: 'client_credentials', ...(resource && { resource }) }
  return issued(await postForm(settings, '/oauth/token', form))
}

/** RFC 8693: the user's token and the agent's make one that is never wider than either. */
export async function exchange(
  settings: Settings,
  subjectToken: SubjectToken,
  actor: Take,
  resource?: string,
): Promise<Issued> {
  const subject = await readSubject(settings, subjectToken)
  const type = 'urn:ietf:params:oauth:token-type:access_token'
  const answer = await withToken(actor, (token) =>
    postForm(settings, '/oauth/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: subject,
      subject_token_type: type,
      actor_token: token.reveal(),
      actor_token_type: type,
      ...(resource && { resource }),
    }),
  )
  return issued(answer)
}

/** RFC 7009. True when the authority says the token is dead. */
export async function revokeToken(settings: Settings, token: Secret, io?: Io): Promise<boolean> {
  const form = { token: token.reveal(), token_type_hint: 'access_token' }
  return (await postForm(settings, '/oauth/revoke', form, io)).ok
}

function postForm(
  settings: Settings,
  path: string,
  form: Readonly<Record<string, string>>,
  io?: Io,
): Promise<Answer> {
  const client = { client_id: settings.clientId, client_secret: settings.clientSecret }
  return send(settings, { method: 'POST', path, form: { ...form, ...client }, repeats: 1 }, io)
}

function issued(answer: Answer): Issued {
  if (!answer.ok) throw refused(answer)
  const { token, scheme, lifeMs = 3_600_000 } = readToken(answer)
  if (scheme === 'DPoP') throw malformed('LumoAuth gave the agent a DPoP token it did not ask for.')
  return { token, lifeMs }
}

/** RFC 6749 §5.1, as tolerantly as is safe: `token_type` and `expires_in` may be missing, not strange. */
export function readToken({ body }: Answer): {
  readonly token: Secret
  readonly scheme: 'Bearer' | 'DPoP'
  readonly lifeMs: number | undefined
} {
  const { access_token: value, token_type, expires_in } = body
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw malformed('The answer holds no access_token.')
  }
  const type = String(token_type ?? 'Bearer').toLowerCase()
  if (type !== 'bearer' && type !== 'dpop')
    throw malformed('The token is of an unknown token_type.')
  const seconds = Number(expires_in ?? Number.NaN)
  return {
    token: new Secret(value),
    scheme: type === 'dpop' ? 'DPoP' : 'Bearer',
    lifeMs: Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : undefined,
  }
}

async function readSubject({ timeoutMs }: Settings, subjectToken: SubjectToken): Promise<string> {
  let name = ''
  // Shared by every call that waits for it, so no caller's abort may end it.
  const { signal, release } = limited(timeoutMs)
  try {
    const subject = await orAbort(subjectToken({ signal }), signal)
    if (typeof subject === 'string' && subject !== '') return subject
  } catch (error) {
    // Its message may quote what it failed to fetch, and that may be a token.
    name =
      error instanceof Error && /^\w{1,64}$/.test(error.name) ? ` (it threw ${error.name})` : ''
  } finally {
    release()
  }
  throw new AuthorityError('rejected', `subjectToken gave no token${name}.`, {
    fix: 'Make subjectToken resolve to a valid access token of the user.',
  })
}
