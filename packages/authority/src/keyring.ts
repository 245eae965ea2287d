import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
} from 'jose'
import { randomId } from './hashing.ts'

const publicPart = ({ kty, crv, x, y, kid }: JWK): JWK =>
  ({ kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }) as JWK

const generate = async (): Promise<[JWK]> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return [{ ...(await exportJWK(privateKey)), kid: randomId() }]
}

/** The keys that sign and verify. The first signs; all are published, so that keys can overlap. */
export const createKeyring = (given: readonly [JWK, ...JWK[]] | undefined) => {
  const loading = (async () => {
    const keys = given ?? (await generate())
    const published: JSONWebKeySet = { keys: keys.map(publicPart) }
    const signingKey = await importJWK(keys[0], 'ES256')
    return { kid: keys[0].kid as string, signingKey, published, find: createLocalJWKSet(published) }
  })()
  // A key that cannot be read is reported by the first use, not as an unhandled rejection.
  loading.catch(() => {})
  return { load: () => loading }
}

export type Keyring = ReturnType<typeof createKeyring>
