import { afterEach, describe, expect, it, vi } from 'vitest'
import { LumojitError } from '../../src/errors.ts'
import { lumoAuth } from '../../src/lumoauth/lumo-auth.ts'
import type { LumoAuthOptions } from '../../src/lumoauth/options.ts'

const whole: LumoAuthOptions = { org: 'acme', clientId: 'agt_1', clientSecret: 's' }
const VARIABLES = [
  'LUMOAUTH_URL',
  'LUMOAUTH_ORG_ID',
  'LUMOAUTH_TENANT',
  'AGENT_CLIENT_ID',
  'AGENT_CLIENT_SECRET',
]

function fault(options: LumoAuthOptions): LumojitError {
  try {
    lumoAuth(options)
  } catch (error) {
    if (error instanceof LumojitError) return error
  }
  throw new Error('expected a LumojitError')
}

describe('options', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('reads the environment, ORG_ID before TENANT, always on /orgs', () => {
    for (const name of VARIABLES) vi.stubEnv(name, '')
    vi.stubEnv('AGENT_CLIENT_ID', 'agt_1')
    vi.stubEnv('AGENT_CLIENT_SECRET', 's')
    vi.stubEnv('LUMOAUTH_TENANT', 'old')
    expect(lumoAuth().id).toBe('https://app.lumoauth.dev/orgs/old/api/v1')
    vi.stubEnv('LUMOAUTH_ORG_ID', 'new')
    vi.stubEnv('LUMOAUTH_URL', 'http://localhost:8000/')
    expect(lumoAuth().id).toBe('http://localhost:8000/orgs/new/api/v1')
    expect(lumoAuth({ org: 'mine', paths: 't' }).id).toBe('http://localhost:8000/t/mine/api/v1')
  })

  it.each([
    ['org', 'LUMOAUTH_ORG_ID'],
    ['clientId', 'AGENT_CLIENT_ID'],
    ['clientSecret', 'AGENT_CLIENT_SECRET'],
  ] as const)(
    'names the option %s and the variable %s when neither is there',
    (option, variable) => {
      for (const name of VARIABLES) vi.stubEnv(name, '')
      const error = fault({ ...whole, [option]: '' })
      expect(error.code).toBe('CONFIG_INVALID')
      expect(error.message).toContain(option)
      expect(error.fix).toContain(variable)
      vi.stubEnv(variable, 'acme')
      expect(() => lumoAuth({ ...whole, [option]: '' })).not.toThrow()
    },
  )

  it.each([
    'http://app.lumoauth.dev',
    'http://localhost.evil.com',
    'http://127.0.0.1.nip.io',
    'ftp://app.lumoauth.dev',
  ])('refuses to give the secret to %s', (url) => {
    expect(fault({ ...whole, url }).code).toBe('INSECURE_URL')
  })

  it.each(['http://127.0.0.1:9', 'http://127.9.9.9', 'http://[::1]:80', 'http://localhost:8000'])(
    'takes loopback %s without TLS',
    (url) => {
      expect(() => lumoAuth({ ...whole, url })).not.toThrow()
    },
  )

  it.each([
    { url: 'not a url' },
    { url: 'https://user:pw@app.lumoauth.dev' },
    { url: 'https://app.lumoauth.dev/?a' },
    { url: 'https://app.lumoauth.dev/?' },
    { url: 'https://app.lumoauth.dev/#f' },
    { org: '..' },
    { org: '\ud800' },
    { paths: 'tenants' as never },
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { expirySkewSeconds: -1 },
    { expirySkewSeconds: 900 },
  ])('refuses %j', (options) => {
    expect(fault({ ...whole, ...options }).code).toBe('CONFIG_INVALID')
  })

  it('keeps the organization in one segment of the path', () => {
    expect(lumoAuth({ ...whole, org: 'a/../b c' }).id).toMatch(/\/orgs\/a%2F\.\.%2Fb%20c\/api\/v1$/)
  })

  it('derives a state key of 32 bytes that follows the secret and nothing else', async () => {
    const key = await lumoAuth({ ...whole, clientSecret: 'one' }).stateKey?.()
    const same = await lumoAuth({ ...whole, org: 'other', clientSecret: 'one' }).stateKey?.()
    const other = await lumoAuth({ ...whole, clientSecret: 'two' }).stateKey?.()
    // HKDF-SHA-256 of 'one', computed with another implementation.
    expect(Buffer.from(key ?? []).toString('hex')).toBe(
      '726e4065e64c3abc938f3bfc9f2356bdb877b460d28fc34369f78362a37db781',
    )
    expect(same).toEqual(key)
    expect(other).not.toEqual(key)
  })
})
