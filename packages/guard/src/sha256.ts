import { encodeBase64url } from '@lumojit/protocol'

/** Base64url without padding, of the UTF-8 of `text`. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return encodeBase64url(new Uint8Array(digest))
}
