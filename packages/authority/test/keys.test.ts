import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAuthority, memoryStore } from '../src/index.ts'
import { openWorld } from './world.ts'

const kidsOf = async (w: Awaited<ReturnType<typeof openWorld>>) =>
  (await w.raw(`${w.base}/.well-known/jwks.json`)).body.keys.map((key: { kid: string }) => key.kid)
const signerOf = async (w: Awaited<ReturnType<typeof openWorld>>) =>
  decodeProtectedHeader(
    (await w.authority.operations.issueAgentToken({ agentId: 'agt_1' })).accessToken,
  ).kid

describe('keys in the store', () => {
  it('authority:survives-kill — outlive the authority: what was signed before is good after', async () => {
    const store = memoryStore()
    const before = await openWorld({ store })
    const after = await openWorld({ store })
    expect(await after.isActive(before.agent)).toBe(true)
    expect(await kidsOf(after)).toEqual(await kidsOf(before))
  })

  it('authority:keys-rotate — rotate: published first, then signing, the old one good until its last token is over', async () => {
    const w = await openWorld()
    const [old] = await kidsOf(w)
    const { kid, signsFrom, oldVerifyUntil } = await w.authority.operations.rotateKeys()
    expect(await kidsOf(w)).toEqual([kid, old])
    expect(await signerOf(w)).toBe(old)
    w.clock.advance(signsFrom - w.clock.now() - 1)
    expect(await signerOf(w)).toBe(old)
    const lastOfOld = (await w.authority.operations.issueAgentToken({ agentId: 'agt_1' }))
      .accessToken
    w.clock.advance(1)
    expect(await signerOf(w)).toBe(kid)
    w.clock.advance(3_590_000)
    expect(await w.isActive(lastOfOld)).toBe(true)
    w.clock.advance(oldVerifyUntil - w.clock.now())
    expect(await kidsOf(w)).toEqual([kid])
  })

  it('a compromised key signs and verifies nothing from that moment', async () => {
    const w = await openWorld()
    const [old] = await kidsOf(w)
    const { kid } = await w.authority.operations.rotateKeys({ compromised: true })
    expect(await kidsOf(w)).toEqual([kid])
    expect(kid).not.toBe(old)
    expect(await w.isActive(w.agent)).toBe(false)
    expect(await signerOf(w)).toBe(kid)
  })

  it('another process on the same store notices a rotation within half a minute', async () => {
    const store = memoryStore()
    const w = await openWorld({ store })
    const other = createAuthority({
      url: 'http://127.0.0.1:4000',
      org: 'acme-corp',
      store,
      clock: w.clock,
    })
    await other.operations.jwks()
    const { kid } = await w.authority.operations.rotateKeys()
    w.clock.advance(30_000)
    expect((await other.operations.jwks()).keys[0]?.kid).toBe(kid)
  })

  it('given by the options are rotated by the options', async () => {
    const { generateKeyPair, exportJWK } = await import('jose')
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const w = await openWorld({ keys: [{ ...(await exportJWK(privateKey)), kid: 'mine' }] })
    expect(await kidsOf(w)).toEqual(['mine'])
    await expect(w.authority.operations.rotateKeys()).rejects.toMatchObject({
      code: 'invalid_state',
    })
  })
})
