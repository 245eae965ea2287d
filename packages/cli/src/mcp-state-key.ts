import type { Authority } from '@lumojit/protocol'

/** Signs what MCP clients keep. Made of the agent's secret, so that a restart of the gateway remembers, and never the same as what seals handles. */
export async function stateKeyOf(authority: Authority): Promise<Uint8Array> {
  const own = await authority.stateKey?.()
  if (own === undefined) return crypto.getRandomValues(new Uint8Array(32))
  const key = await crypto.subtle.importKey('raw', new Uint8Array(own), 'HKDF', false, [
    'deriveBits',
  ])
  const info = new TextEncoder().encode('lumojit/mcp/request-state/1')
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, 256))
}
