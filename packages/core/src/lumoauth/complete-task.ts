import type { CompletionReport, Grant, Io, Secret, TaskRecord } from '@lumojit/protocol'
import type { Credentials } from './credentials.ts'
import { send } from './http.ts'
import { revokeToken, withToken } from './oauth-calls.ts'
import type { Settings } from './options.ts'
import { pathSegment } from './paths.ts'
import { malformed, refused } from './refused.ts'

/**
 * Ends the task and all its tokens at once, then what is not the task's to end: delegated base
 * tokens. Where the authority cannot be brought to it, each token is revoked by itself (RFC 7009).
 */
export async function completeTask(
  settings: Settings,
  credentials: Credentials,
  task: TaskRecord,
  grants: readonly Grant[],
  io: Io,
): Promise<CompletionReport> {
  const bases = await credentials.endBases(task.id, io.signal)
  const { over, failure } = await tellEnd(settings, credentials, task, io)
  const own = await credentials.endOwn(task.id, io.signal)
  const revoke = (token: Secret) => revokeToken(settings, token, io).catch(() => false)
  const stillAlive = async <T extends { readonly token: Secret }>(tokens: readonly T[]) => {
    const dead = await Promise.all(tokens.map(({ token }) => revoke(token)))
    return tokens.filter((_, index) => !dead[index])
  }
  const [grantsLeft, basesLeft] = await Promise.all([
    stillAlive(over ? [] : grants),
    stillAlive([...bases, ...own]),
  ])
  if (failure !== undefined && grants.length === 0) throw failure
  const now = settings.clock.now()
  return {
    taskId: task.id,
    revoked: grants.length - grantsLeft.length,
    unrevoked: [
      ...grantsLeft.map(({ ref, expiresAt }) => ({ requestId: ref.requestId, expiresAt })),
      // No request stands behind these, and yet whoever reads the report should know.
      ...basesLeft.map(({ diesAt }) => ({ requestId: 'base-token', expiresAt: diesAt })),
    ].filter(({ expiresAt }) => expiresAt > now),
  }
}

/** `over`: the authority says so. Neither: it does not know the task, which may also be a wrong address. */
async function tellEnd(
  settings: Settings,
  credentials: Credentials,
  task: TaskRecord,
  io: Io,
): Promise<{ readonly over: boolean; readonly failure?: unknown }> {
  try {
    const id = pathSegment(task.id)
    if (!id) throw malformed('The task has no usable id.')
    const delegation = credentials.delegation(task.id, io.subjectToken)
    const call = { method: 'POST', path: `/jit/task/${id}/complete`, repeats: 1 } as const
    const answer = await withToken(credentials.bearer(delegation, io.signal), (token) =>
      send(settings, { ...call, token }, io),
    )
    const { ok, status, code, prose } = answer
    const conflict = status === 400 || status === 409
    if (ok || (conflict && /already|not.{0,9}?active|completed/i.test(`${code} ${prose}`))) {
      return { over: true }
    }
    if (status === 404) return { over: false }
    throw refused(answer)
  } catch (failure) {
    return { over: false, failure }
  }
}
