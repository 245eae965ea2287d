import type { Context } from '../context.ts'
import { generateKey } from '../keyring.ts'
import { OperationError } from '../operation-error.ts'

export interface RotateKeysInput {
  /**
   * Milliseconds the new key is published before it signs, so that whoever verifies has seen it.
   * Default 60,000: longer than verifiers wait between two looks at the key set.
   */
  readonly announceMs?: number
  /** The old key is no longer to be trusted: it verifies nothing from now on, and every token of it is dead here. */
  readonly compromised?: boolean
}

export interface KeyRotation {
  readonly kid: string
  /** Milliseconds; from then on the new key signs. */
  readonly signsFrom: number
  /** Milliseconds; until then what the old keys signed is good. */
  readonly oldVerifyUntil: number
}

/** For a verifier's clock and for the last token signed just before the change. */
const MARGIN_MS = 60_000

/**
 * A new signing key. The old ones go on verifying until the last token they signed is over. It is reached
 * by no route: whoever calls it runs the authority.
 */
export const rotateKeys = async (
  context: Context,
  input: RotateKeysInput = {},
): Promise<KeyRotation> => {
  if (!context.keyring.rotates)
    throw new OperationError('invalid_state', 'The keys come from the options.', {
      fix: 'Put the new key first in `keys`, and keep the old one behind it for an hour.',
    })
  const { limits } = context.configuration
  const now = context.clock.now()
  const compromised = input.compromised ?? false
  const signsFrom = compromised ? now : now + Math.max(input.announceMs ?? 60_000, 0)
  const longest = Math.max(limits.baseTokenSeconds, limits.maxTokenSeconds) * 1000
  const oldVerifyUntil = compromised ? now : signsFrom + longest + MARGIN_MS
  await context.keyring.load()
  const newest = (await context.store.keys())[0]
  const jwk = await generateKey()
  const won = await context.store.addKey(
    { generation: (newest?.generation ?? 0) + 1, jwk, signsFrom },
    { at: now, by: 'authority', retireAt: oldVerifyUntil },
  )
  context.keyring.forget()
  if (!won)
    throw new OperationError('invalid_state', 'Somebody else has just rotated the keys.', {
      fix: 'Look whether that is enough before doing it again.',
    })
  return { kid: jwk.kid as string, signsFrom, oldVerifyUntil }
}
