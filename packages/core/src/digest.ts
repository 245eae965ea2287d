import { canonicalJson, encodeBase64url, type Json } from '@lumojit/protocol'

const utf8 = new TextEncoder()

/** SHA-256 of the RFC 8785 text of a value, in base64url. One value, one digest: no separator can collide. */
export async function digest(value: Json): Promise<string> {
  return digestBytes(utf8.encode(canonicalJson(value)))
}

export async function digestBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/** A name nobody can guess. */
export function randomName(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(16)))
}
