import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose'
import type { Clock } from './clock.ts'
import { randomId } from './hashing.ts'
import type { StoredKey } from './records.ts'
import type { AuthorityStore } from './store.ts'

/** Another process may have rotated: what is kept in memory is believed this long. */
const BELIEVED_MS = 30_000

const publicPart = ({ kty, crv, x, y, kid }: JWK): JWK =>
  ({ kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }) as JWK

export const generateKey = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid: randomId() }
}

/** The keys of this moment: one signs, all are published. */
export interface KeySet {
  readonly kid: string
  readonly signingKey: Awaited<ReturnType<typeof importJWK>>
  readonly published: JSONWebKeySet
  readonly find: JWTVerifyGetKey
}

/** Newest first, as the options give them: the first signs. */
const asGiven = (keys: readonly JWK[]): readonly StoredKey[] =>
  keys.map((jwk, index) => ({ generation: keys.length - index, jwk, signsFrom: 0 }))

/**
 * The keys that sign and verify, from the options or else from the store, which makes the first one and
 * lets them survive the process.
 */
export const createKeyring = (
  store: AuthorityStore,
  clock: Clock,
  given: readonly JWK[] | undefined,
) => {
  let kept: { readonly keys: readonly StoredKey[]; readonly until: number } | undefined
  let made: { readonly name: string; readonly set: Promise<KeySet> } | undefined

  const read = async (): Promise<readonly StoredKey[]> => {
    if (given) return asGiven(given)
    const now = clock.now()
    if (kept && now < kept.until) return kept.keys
    let keys = await store.keys()
    if (keys.length === 0) {
      const first = { generation: 1, jwk: await generateKey(), signsFrom: now }
      await store.addKey(first, { at: now, by: 'authority' })
      // Somebody else's first key may have won.
      keys = await store.keys()
    }
    kept = { keys, until: now + BELIEVED_MS }
    return keys
  }

  const assemble = async (keys: readonly StoredKey[], signer: StoredKey): Promise<KeySet> => {
    const published: JSONWebKeySet = { keys: keys.map(({ jwk }) => publicPart(jwk)) }
    const local = createLocalJWKSet(published)
    return {
      kid: signer.jwk.kid as string,
      signingKey: await importJWK(signer.jwk, 'ES256'),
      published,
      find: local,
    }
  }

  return {
    /** False when the options give the keys: then the options rotate them. */
    rotates: given === undefined,
    async load(): Promise<KeySet> {
      const keys = await read()
      const now = clock.now()
      const valid = keys.filter(
        ({ verifiesUntil }) => verifiesUntil === undefined || now < verifiesUntil,
      )
      const signer = valid.find(({ signsFrom }) => signsFrom <= now) ?? valid.at(-1)
      if (!signer) throw new Error('There is no key that could sign.')
      const name = JSON.stringify([signer.jwk.kid, valid.map(({ jwk }) => jwk.kid)])
      if (made?.name !== name) {
        const set = assemble(valid, signer)
        // A key that cannot be read is reported by its use, not as an unhandled rejection.
        set.catch(() => {})
        made = { name, set }
      }
      return made.set
    },
    forget(): void {
      kept = undefined
    },
  }
}

export type Keyring = ReturnType<typeof createKeyring>
