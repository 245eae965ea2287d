import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, ISSUER, keyPair, PretendAuthority, READ, refusal } from './pretend-authority.ts'

let authority: PretendAuthority
beforeEach(async () => {
  authority = await PretendAuthority.open()
})
afterEach(() => authority.close())

const TENANT_ISSUER = ISSUER.replace('/orgs/', '/t/')
/** The authority serves the same documents under both paths. */
const asTenant: typeof fetch = (input, init) =>
  authority.fetch(String(input).replace('/t/', '/orgs/'), init)

const keyFetches = () => authority.requests.filter((path) => path === 'jwks.json').length

async function expectUnavailable(outcome: Promise<unknown>, fault: string) {
  const { status, headers, error, text } = await refusal(outcome)
  expect(status).toBe(503)
  expect(error).toBe('temporarily_unavailable')
  expect(headers.get('retry-after')).toBe('1')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(text).not.toContain('auth.example')
  expect(authority.faults.at(-1)).toMatchObject({ code: fault, fix: expect.any(String) })
}

describe('keys', () => {
  it('are fetched once for many calls at once', async () => {
    const guard = authority.guard()
    const token = await authority.token()
    await Promise.all(Array.from({ length: 20 }, () => guard(call(token), READ)))
    await guard(call(token), READ)
    expect(keyFetches()).toBe(1)
  })

  it('rotate without a restart', async () => {
    const guard = authority.guard()
    expect(await guard(call(await authority.token()), READ)).toHaveProperty('agentId')
    await authority.clock.advance(10_000)
    const next = await keyPair('k2')
    authority.jwks = { keys: [authority.key.jwk, next.jwk] }
    const token = await authority.token({}, { kid: 'k2' }, next)
    expect(await guard(call(token), READ)).toHaveProperty('agentId')
    expect(keyFetches()).toBe(2)
  })

  it('are not fetched again for every invented key id', async () => {
    const guard = authority.guard()
    const stranger = await keyPair('k9')
    for (let n = 0; n < 5; n++) {
      const token = await authority.token({}, { kid: `invented-${n}` }, stranger)
      expect((await refusal(guard(call(token), READ))).status).toBe(401)
    }
    expect(keyFetches()).toBe(1)
    await authority.clock.advance(10_000)
    for (let n = 0; n < 5; n++) {
      const token = await authority.token({}, { kid: `invented-${n}` }, stranger)
      expect((await refusal(guard(call(token), READ))).status).toBe(401)
    }
    expect(keyFetches()).toBe(2)
  })

  it('that were withdrawn stop working within a minute', async () => {
    const guard = authority.guard({ revocation: 'none' })
    const token = await authority.token({ exp: authority.clock.seconds + 3600 })
    expect(await guard(call(token), READ)).toHaveProperty('agentId')
    authority.jwks = { keys: [(await keyPair('k2')).jwk] }
    await authority.clock.advance(59_999)
    expect(await guard(call(token), READ)).toHaveProperty('agentId')
    await authority.clock.advance(1)
    expect((await refusal(guard(call(token), READ))).status).toBe(401)
  })

  it('serve ten minutes while the authority cannot be asked for newer ones, and not longer', async () => {
    const guard = authority.guard({ revocation: 'none' })
    const token = await authority.token({ exp: authority.clock.seconds + 3600 })
    expect(await guard(call(token), READ)).toHaveProperty('agentId')
    authority.down.set('jwks.json', 503)
    await authority.clock.advance(599_999)
    expect(await guard(call(token), READ)).toHaveProperty('agentId')
    expect(await guard(call(token), READ)).toHaveProperty('agentId')
    expect(keyFetches()).toBe(2)
    await authority.clock.advance(1_001)
    await expectUnavailable(guard(call(token), READ), 'KEYS_UNREACHABLE')
  })

  it('given as an option are never fetched', async () => {
    const guard = authority.guard({ jwks: authority.jwks, revocation: 'none' })
    expect(await guard(call(await authority.token()), READ)).toHaveProperty('agentId')
    expect(authority.requests).toEqual([])
  })

  it('are found where jwksUri says, without metadata', async () => {
    const jwksUri = `${ISSUER}/.well-known/jwks.json`
    const guard = authority.guard({ jwksUri, revocation: 'none' })
    expect(await guard(call(await authority.token()), READ)).toHaveProperty('agentId')
    expect(authority.requests).toEqual(['jwks.json'])
  })
})

describe('closed by default', () => {
  it.each([0, 404, 500, 302])(
    'keys that answer %d let nobody in, until they are back',
    async (status) => {
      authority.down.set('jwks.json', status)
      const guard = authority.guard()
      const token = await authority.token()
      await expectUnavailable(guard(call(token), READ), 'KEYS_UNREACHABLE')
      await expectUnavailable(guard(call(token), READ), 'KEYS_UNREACHABLE')
      expect(keyFetches()).toBe(1)
      await expect(guard.ready()).rejects.toMatchObject({ code: 'KEYS_UNREACHABLE' })
      authority.down.clear()
      await authority.clock.advance(1_000)
      expect(await guard(call(token), READ)).toHaveProperty('agentId')
    },
  )

  it('keys that cannot be had for an unknown key id say nothing of the token', async () => {
    const guard = authority.guard()
    await guard(call(await authority.token()), READ)
    await authority.clock.advance(10_000)
    authority.down.set('jwks.json', 0)
    const next = await keyPair('k2')
    const token = await authority.token({}, { kid: 'k2' }, next)
    await expectUnavailable(guard(call(token), READ), 'KEYS_UNREACHABLE')
  })

  it('keys that are no key set', async () => {
    authority.jwks = { keys: 'none' } as never
    const guard = authority.guard()
    await expectUnavailable(guard(call(await authority.token()), READ), 'KEYS_UNREADABLE')
  })

  it('a document past 256 KiB', async () => {
    authority.jwks = { keys: [], padding: 'x'.repeat(300_000) } as never
    const guard = authority.guard()
    await expectUnavailable(guard(call(await authority.token()), READ), 'KEYS_UNREACHABLE')
  })

  it('a document that never comes', async () => {
    let asked = 0
    const guard = authority.guard({
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          asked++
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
        }),
    })
    const outcome = guard(call(await authority.token()), READ)
    await vi.waitFor(() => expect(asked).toBe(1))
    await authority.clock.advance(5_000)
    await expectUnavailable(outcome, 'METADATA_UNREACHABLE')
  })

  it.each([0, 404, 503])('metadata that answers %d', async (status) => {
    authority.down.set('oauth-authorization-server', status)
    const guard = authority.guard()
    await expectUnavailable(guard(call(await authority.token()), READ), 'METADATA_UNREACHABLE')
  })

  it.each(['https://evil.example', `${ISSUER}/`, undefined])(
    'metadata that names the issuer %s',
    async (issuer) => {
      authority.metadata = { ...authority.metadata, issuer }
      const guard = authority.guard()
      await expectUnavailable(guard(call(await authority.token()), READ), 'ISSUER_MISMATCH')
    },
  )

  it('an issuer under /t is told which one the tokens name', async () => {
    const guard = authority.guard({ issuer: TENANT_ISSUER, fetch: asTenant })
    await expectUnavailable(guard(call(await authority.token()), READ), 'ISSUER_MISMATCH')
    expect(authority.faults.at(-1)?.fix).toContain(`Set issuer to '${ISSUER}'`)
    await expect(guard.ready()).rejects.toMatchObject({ code: 'ISSUER_MISMATCH' })
  })

  it('so it is where no metadata is read, and the caller learns nothing of it', async () => {
    const { jwks } = authority
    const guard = authority.guard({ issuer: TENANT_ISSUER, jwks, revocation: 'none' })
    await expectUnavailable(guard(call(await authority.token()), READ), 'ISSUER_MISMATCH')
    expect(authority.faults.at(-1)?.fix).toContain(`Set issuer to '${ISSUER}'`)
  })

  it("an issuer that is merely another is the caller's affair", async () => {
    const { jwks } = authority
    const guard = authority.guard({ issuer: TENANT_ISSUER, jwks, revocation: 'none' })
    const token = await authority.token({ iss: 'https://auth.example/orgs/other/api/v1' })
    expect(await refusal(guard(call(token), READ))).toHaveProperty('status', 401)
    const other = await keyPair('k1')
    const forged = await authority.token({}, {}, other)
    expect(await refusal(guard(call(forged), READ))).toHaveProperty('status', 401)
    expect(authority.faults).toEqual([])
  })

  it('metadata that sends us to plain http', async () => {
    authority.metadata = { ...authority.metadata, jwks_uri: 'http://auth.example/jwks.json' }
    const guard = authority.guard()
    await expectUnavailable(guard(call(await authority.token()), READ), 'METADATA_UNREADABLE')
  })

  it('metadata without keys', async () => {
    authority.metadata = { ...authority.metadata, jwks_uri: undefined }
    const guard = authority.guard()
    await expectUnavailable(guard(call(await authority.token()), READ), 'KEYS_UNREADABLE')
  })

  it('an observer that throws changes nothing', async () => {
    authority.down.set('jwks.json', 0)
    const onFault = () => {
      throw new Error('observer')
    }
    const outcome = authority.guard({ onFault })(call(await authority.token()), READ)
    expect((await refusal(outcome)).status).toBe(503)
  })
})
