import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { hashSecret, verifySecret } from './secret-hash.ts'

/** How a secret is configured: as it is, or as `hashSecret` made it. */
export interface Credential {
  readonly secret?: string | undefined
  readonly secretHash?: string | undefined
}

/** Kept so that a right secret is cheap; past it all are forgotten, and hashed once more. */
const MOST_SEEN = 10_000

/**
 * Compares secrets in constant time. What is kept in memory is an HMAC under a key of this process: as
 * fast to compare as it is worthless elsewhere. A hash from disk costs its full price once, when the
 * secret is first right, and every time it is wrong.
 */
export const createVerifier = () => {
  const key = randomBytes(32)
  const digest = (secret: string) => createHmac('sha256', key).update(secret).digest()
  const nothing = digest(randomBytes(32).toString('hex'))
  /** By hash: a secret already seen to be right is not hashed again. */
  const seen = new Map<string, Buffer>()
  let decoy: Promise<string> | undefined

  /** In constant time, without hashing; false for what was never seen to be right. */
  const recognizes = (credential: Credential | undefined, secret: string): boolean => {
    const plain = credential?.secret
    const known = plain === undefined ? seen.get(credential?.secretHash ?? '') : digest(plain)
    return timingSafeEqual(digest(secret), known ?? nothing)
  }

  /**
   * Whether it is one of these secrets. For a name that is not known, with none: as slow as one that is, and
   * never right. `hashed`: some names have hashes, so that every wrong secret costs one.
   */
  const verify = async (
    credentials: readonly Credential[],
    secret: string,
    { hashed }: { readonly hashed: boolean },
  ): Promise<boolean> => {
    for (const credential of credentials) if (recognizes(credential, secret)) return true
    if (!hashed) return false
    decoy ??= hashSecret('nobody has this secret')
    const hashes = credentials.flatMap(({ secretHash }) => secretHash ?? [])
    if (hashes.length === 0) return (await verifySecret(await decoy, secret)) && false
    const right = await Promise.all(hashes.map((hash) => verifySecret(hash, secret)))
    const which = hashes[right.indexOf(true)]
    if (which === undefined) return false
    if (seen.size >= MOST_SEEN) seen.clear()
    seen.set(which, digest(secret))
    return true
  }

  return { recognizes, verify }
}
