import { auditNotes } from './audit-notes.ts'
import type { Context } from './context.ts'
import type { User } from './directory.ts'
import { requireText } from './input.ts'
import { OperationError } from './operation-error.ts'
import { hashSecret, verifySecret } from './secret-hash.ts'

/** Hashed in place of a password that is not there, so that time does not tell which users have one. */
let decoy: Promise<string> | undefined

/** The hash to compare with: what was set last, else that of the options. */
export const passwordHashOf = async (context: Context, user: User): Promise<string | undefined> =>
  (await context.store.password(user.id)) ?? user.passwordHash

/**
 * Whoever knows the password of a user, by id or e-mail address. Tries are counted before anything is
 * hashed, by the name that was typed; a wrong name costs what a wrong password costs.
 */
export const provePassword = async (
  context: Context,
  input: { readonly user: unknown; readonly password: unknown },
): Promise<User> => {
  const name = requireText('user', input.user, 255)
  const password = requireText('password', input.password, 1024)
  context.rateLimits.count('allSignIns', '')
  context.rateLimits.count('signIn', name.toLowerCase())
  const user = context.directory.user(name) ?? context.directory.userByEmail(name)
  const hash = await passwordHashOf(context, user ?? NOBODY)
  decoy ??= hashSecret('nobody has this password')
  const right = await verifySecret(hash ?? (await decoy), password)
  if (user && hash !== undefined && right) return user
  await context.store.appendAudit(auditNotes.signInRefused(user?.id, context.clock.now()))
  throw new OperationError('invalid_credentials', 'The user is unknown or the password is wrong.', {
    fix: 'Try again, or ask whoever runs the authority for a sign-in link.',
  })
}

/** No id is empty: the store is asked for a user who is not known as for one who is. */
const NOBODY: User = { id: '', email: '', rights: [] }
