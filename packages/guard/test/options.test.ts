import { expect, it } from 'vitest'
import { createGuard, GuardError, type GuardOptions } from '../src/index.ts'

const GOOD = { issuer: 'https://auth.example/orgs/a/api/v1', audience: 'https://api.example' }

function codeOf(options: Record<string, unknown>): string {
  try {
    createGuard({ ...GOOD, ...options } as unknown as GuardOptions)
  } catch (error) {
    if (!(error instanceof GuardError)) throw error
    expect(error.message).not.toBe('')
    expect(error.fix).not.toBe('')
    return error.code
  }
  return 'accepted'
}

it.each([
  'http://auth.example',
  'http://localhost.evil.example',
  'http://127.0.0.1.nip.io',
  'http://10.0.0.1',
  'ftp://127.0.0.1',
])('refuses %s as an authority', (url) => {
  expect(codeOf({ issuer: url })).toBe('INSECURE_URL')
  expect(codeOf({ jwksUri: url })).toBe('INSECURE_URL')
})

it.each([
  'https://auth.example',
  'http://localhost:8000/orgs/a/api/v1',
  'http://127.0.0.1:1',
  'http://127.9.9.9',
  'http://[::1]:8000',
])('accepts %s as an authority', (url) => {
  expect(codeOf({ issuer: url, jwksUri: url })).toBe('accepted')
})

it.each<[string, Record<string, unknown>]>([
  ['no issuer', { issuer: undefined }],
  ['an issuer that is no URL', { issuer: 'auth.example' }],
  ['an issuer with user information', { issuer: 'https://a:b@auth.example' }],
  ['an issuer with a query', { issuer: 'https://auth.example/?a' }],
  ['no audience', { audience: undefined }],
  ['an empty audience', { audience: '' }],
  ['no audience in a list', { audience: [] }],
  ['an empty one in a list', { audience: ['https://api.example', ''] }],
  ["'unchecked' in a list", { audience: ['https://api.example', 'unchecked'] }],
  ['an unknown dialect', { dialect: 'oauth' }],
  ['an unknown way of revocation', { revocation: 'introspection' }],
  ['a negative skew', { clockSkewSeconds: -1 }],
  ['a skew past a minute', { clockSkewSeconds: 61 }],
  ['a skew that is no number', { clockSkewSeconds: Number.NaN }],
  ['a realm that ends its header', { realm: 'a"\r\nx: y' }],
  ['metadata that ends its header', { resourceMetadata: 'https://a.example/\n' }],
])('refuses %s', (_, options) => {
  expect(codeOf(options)).toBe('OPTIONS_INVALID')
})

it('refuses keys that are no key set', () => {
  expect(codeOf({ jwks: { keys: 'none' } })).toBe('KEYS_UNREADABLE')
})
