import { createHash, randomBytes } from 'node:crypto'
import type { Context } from './context.ts'
import type { User } from './directory.ts'
import { randomId } from './hashing.ts'
import type { OpenedSession } from './human-side.ts'
import type { StoredSession } from './records.ts'

/** The secret is given another form this often, and the form before works this long beside it. */
export const ROTATE_MS = 15 * 60_000
export const GRACE_MS = 30_000
/** A sign of life is written down when it moves the end by this much. */
export const TOUCH_MS = 60_000

/** 256 bits: nobody finds it by trying, so a plain hash of it is enough. */
export const newSecret = (): string => randomBytes(32).toString('base64url')
export const hashOf = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url')

export const idleUntil = (context: Context, now: number, endsAt: number): number =>
  Math.min(now + context.configuration.limits.sessionIdleMs, endsAt)

/** A session about to be opened, and the secret that will open it. */
export const draftSession = (
  context: Context,
  method: string,
): { readonly secret: string; readonly session: Omit<StoredSession, 'userId'> } => {
  const now = context.clock.now()
  const endsAt = now + context.configuration.limits.sessionMs
  const secret = newSecret()
  return {
    secret,
    session: {
      key: randomId(),
      method,
      hash: hashOf(secret),
      openedAt: now,
      rotatedAt: now,
      idleUntil: idleUntil(context, now, endsAt),
      endsAt,
    },
  }
}

export const tellUser = ({ id, email, rights }: User): OpenedSession['user'] => ({
  id,
  email,
  rights,
})

/** What whoever signed in is told. */
export const openedSession = (
  user: User,
  secret: string,
  { key, endsAt, idleUntil }: Pick<StoredSession, 'key' | 'endsAt' | 'idleUntil'>,
): OpenedSession => ({ session: secret, user: tellUser(user), key, endsAt, idleUntil })
