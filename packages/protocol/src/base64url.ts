const URL_UNPADDED = /^[A-Za-z0-9_-]*$/
const EITHER_ALPHABET = /^[A-Za-z0-9+/_-]*={0,2}$/

/** RFC 4648 §4: standard alphabet, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** RFC 4648 §5: URL alphabet, without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The bytes of unpadded base64url, or undefined. Strict: exactly one text decodes to any bytes. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!URL_UNPADDED.test(text)) return undefined
  const bytes = decodeBase64(text)
  return bytes !== undefined && encodeBase64url(bytes) === text ? bytes : undefined
}

/** The bytes of base64 in either alphabet, padded or not, or undefined. For what others wrote. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!EITHER_ALPHABET.test(text)) return undefined
  const digits = text
    .replace(/={1,2}$/, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
  if (digits.length % 4 === 1) return undefined
  const binary = atob(digits)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}
