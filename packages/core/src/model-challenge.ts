import type { Permission, Reuse } from '@lumojit/protocol'
import { type Call, suspended } from './call.ts'
import { digest, randomName } from './digest.ts'
import { type LumojitError, refuse } from './errors.ts'
import type { Entry } from './ledger.ts'
import { canonicalPermission, type Question } from './question.ts'
import type { TaskState } from './task-state.ts'

/** How long a model may think about a challenge. */
const CHALLENGE_MS = 600_000
/** Kept for the call that answered, and then for the call it was answered for: a person may take longer than a model. */
const TAKEN_MS = 86_400_000
const keyOf = (id: string) => `lumojit:challenge:${id}`

/** What is kept under a challenge id. The id is random, so the model can name a challenge and never write one. */
interface Kept {
  readonly task: string
  readonly subject: string
  readonly resource: string
  readonly permission: Permission
  readonly reuse: Reuse
  readonly method: string
  readonly url: string
  readonly circumstances: string
  readonly ttlSeconds: number
  /** The call that answered it; the same call may do so again when it is resumed. */
  readonly takenBy?: string
}

/** Puts the challenge away under an id for the model, and ends this call. */
export async function hand(task: TaskState, call: Call, question: Question): Promise<LumojitError> {
  const { store, clock } = task.ground
  const { id } = await task.record()
  const challengeId = `ch_${randomName()}`
  const { permission, reuse, method, url, circumstances, ttlSeconds } = question
  const kept: Kept = {
    task: id,
    subject: task.subject,
    resource: question.resource.url,
    permission,
    reuse,
    method,
    url: url.href,
    circumstances,
    ttlSeconds,
  }
  const expiresAt = clock.now() + CHALLENGE_MS
  await store.put(keyOf(challengeId), JSON.stringify(kept), { ttlMs: CHALLENGE_MS })
  call.latch ??= { kind: 'challenged', challengeId, expiresAt }
  return suspended(call)
}

/**
 * The question behind a challenge id: for one call, once, and only in the task it was put away in.
 * Anything else is `CHALLENGE_UNKNOWN`, and loses nothing that belongs to somebody else.
 */
export async function takeChallenge(
  task: TaskState,
  call: Call,
  challengeId: string,
  justification: string,
): Promise<Question> {
  const { store, resources } = task.ground
  const { id } = await task.record()
  const key = keyOf(challengeId)
  const text = await store.get(key)
  const kept = text === undefined ? undefined : (JSON.parse(text) as Kept)
  if (!text || !kept || kept.task !== id || kept.subject !== task.subject)
    throw refuse('CHALLENGE_UNKNOWN')
  if (kept.takenBy !== undefined && kept.takenBy !== call.identity)
    throw refuse('CHALLENGE_UNKNOWN')
  if ((await store.take(key, text)) === undefined) throw refuse('CHALLENGE_UNKNOWN')
  const taken = JSON.stringify({ ...kept, takenBy: call.identity })
  await store.put(key, taken, { ttlMs: TAKEN_MS })
  const resource = resources.named(kept.resource)
  if (!resource) throw refuse('CHALLENGE_UNKNOWN')
  return {
    resource,
    permission: kept.permission,
    canonical: canonicalPermission(kept.permission),
    reuse: kept.reuse,
    unit: call.identity,
    circumstances: kept.circumstances,
    method: kept.method,
    url: new URL(kept.url),
    justification,
    ttlSeconds: kept.ttlSeconds,
  }
}

export async function forgetChallenge(task: TaskState, challengeId: string): Promise<void> {
  await task.ground.store.take(keyOf(challengeId))
}

/**
 * The call that met the challenge will be made again, under another name and perhaps in another
 * process: what its answer opened is left for it. A `once` answer goes to the first that comes.
 */
export async function leave(task: TaskState, question: Question, entry: Entry): Promise<void> {
  const { store } = task.ground
  const key = await legacyOf(task, question, entry.reuse)
  await store.put(key, entry.grant.ref.requestId, { ttlMs: TAKEN_MS })
}

/** The request that was opened for this very question by the model's own asking, if there is one. */
export async function inherit(task: TaskState, question: Question): Promise<string | undefined> {
  const { store } = task.ground
  const once = await store.take(await legacyOf(task, question, 'once'))
  return once ?? (await store.get(await legacyOf(task, question, 'task')))
}

async function legacyOf(task: TaskState, question: Question, reuse: Reuse): Promise<string> {
  const { resource, canonical, circumstances } = question
  const { id } = await task.record()
  const about = [id, task.subject, resource.url, canonical, reuse === 'once' ? circumstances : '']
  return `lumojit:left:${await digest([...about, reuse])}`
}
