import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { hashSecret, verifySecret } from './secret-hash.ts'

/** How a secret is configured: as it is, or as `hashSecret` made it. */
export interface Credential {
  readonly secret?: string | undefined
  readonly secretHash?: string | undefined
}

/**
 * Compares secrets in constant time. What is kept in memory is an HMAC under a key of this process: as
 * fast to compare as it is worthless elsewhere. A hash from disk costs its full price once, when the
 * secret is first right, and every time it is wrong.
 */
export const createVerifier = () => {
  const key = randomBytes(32)
  const digest = (secret: string) => createHmac('sha256', key).update(secret).digest()
  const nothing = digest(randomBytes(32).toString('hex'))
  const seen = new WeakMap<Credential, Buffer>()
  let decoy: Promise<string> | undefined

  /** In constant time, without hashing; false for what was never seen to be right. */
  const recognizes = (credential: Credential | undefined, secret: string): boolean => {
    const plain = credential?.secret
    const known = credential && (plain === undefined ? seen.get(credential) : digest(plain))
    return timingSafeEqual(digest(secret), known ?? nothing)
  }

  /** For a name that is not known, with `undefined`: as slow as one that is, and never right. */
  const verify = async (
    credential: Credential | undefined,
    secret: string,
    { hashed }: { readonly hashed: boolean },
  ): Promise<boolean> => {
    if (recognizes(credential, secret)) return true
    if (!hashed || credential?.secret !== undefined) return false
    decoy ??= hashSecret('nobody has this secret')
    const right = await verifySecret(credential?.secretHash ?? (await decoy), secret)
    if (!right || !credential) return false
    seen.set(credential, digest(secret))
    return true
  }

  return { recognizes, verify }
}
