import { encodeBase64url } from '@lumojit/protocol'

const encoder = new TextEncoder()

/** Base64url SHA-256 without padding: all that the public feed says of a token or a task. */
export const sha256 = async (text: string): Promise<string> =>
  encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))))

/** True when both digests are equal; takes the same time wherever they differ. */
export const sameDigest = (a: string, b: string): boolean => {
  let different = a.length ^ b.length
  for (let i = 0; i < a.length; i++) different |= a.charCodeAt(i) ^ b.charCodeAt(i % b.length)
  return different === 0
}

/** 32 bytes: the default key of sealed handles. `lumoAuth()` derives the same from the client secret. */
export const stateKey = async (secret: string): Promise<Uint8Array> => {
  const material = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [
    'deriveBits',
  ])
  const bits = await crypto.subtle.deriveBits(
    {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: new Uint8Array(0),
      info: encoder.encode('lumojit/state-key/1'),
    },
    material,
    256,
  )
  return new Uint8Array(bits)
}

/** 128 random bits as 22 characters of the base64url alphabet. */
export const randomId = (): string => encodeBase64url(crypto.getRandomValues(new Uint8Array(16)))
