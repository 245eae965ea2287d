const encoder = new TextEncoder()

/** RFC 5869 with SHA-256 over the client's secret: equal in every process that has it, useless to find it. */
export async function deriveStateKey(clientSecret: string): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto
  const key = await subtle.importKey('raw', encoder.encode(clientSecret), 'HKDF', false, [
    'deriveBits',
  ])
  const info = encoder.encode('lumojit/state-key/1')
  const bits = await subtle.deriveBits(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
    key,
    256,
  )
  return new Uint8Array(bits)
}
