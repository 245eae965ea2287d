import type { Context } from '../context.ts'
import type { SessionReading } from '../human-side.ts'
import type { StoredSession } from '../records.ts'
import {
  GRACE_MS,
  hashOf,
  idleUntil,
  newSecret,
  ROTATE_MS,
  TOUCH_MS,
  tellUser,
} from '../sessions.ts'

export interface ReadSessionInput {
  /** The secret from the cookie. */
  readonly session: string
  /** Nobody is there to see it (a feed, a poll): neither a sign of life nor a reason for another secret. */
  readonly background?: boolean
}

/** Who is signed in by this secret; undefined when nobody is. */
export const readSession = async (
  context: Context,
  input: ReadSessionInput,
): Promise<SessionReading | undefined> => {
  const now = context.clock.now()
  const hash = hashOf(input.session)
  const session = await context.store.session(hash, now)
  const user = session && context.directory.user(session.userId)
  if (!user) return undefined
  const { key, method, openedAt: signedInAt, endsAt } = session
  const reading = { key, user: tellUser(user), method, signedInAt, endsAt }
  if (input.background) return { ...reading, idleUntil: session.idleUntil }
  const idle = idleUntil(context, now, endsAt)
  if (idle - session.idleUntil >= TOUCH_MS) await context.store.touchSession(key, idle)
  const secret = await rotated(context, session, hash, now)
  return { ...reading, idleUntil: idle, ...(secret !== undefined && { session: secret }) }
}

/** Another secret when it is time, and when nobody else has just done so. */
const rotated = async (
  context: Context,
  session: StoredSession,
  from: string,
  at: number,
): Promise<string | undefined> => {
  if (session.hash !== from || at - session.rotatedAt < ROTATE_MS) return undefined
  const secret = newSecret()
  const change = { at, to: hashOf(secret), previousUntil: at + GRACE_MS }
  return (await context.store.rotateSession(from, change)) ? secret : undefined
}
