import { encodeBase64url } from '@lumojit/protocol'

const encoder = new TextEncoder()

/** Base64url SHA-256 without padding: all that the public feed says of a token or a task. */
export const sha256 = async (text: string): Promise<string> =>
  encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))))

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
