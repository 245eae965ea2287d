import assert from 'node:assert/strict'
import { type Json, readChallenge } from '@lumojit/protocol'
import type { SuiteCase } from '../suite-case.ts'
import { forgeries } from './forgeries.ts'
import { bearer, type GuardCaseOf, required, statusOf } from './session.ts'

const good = { authorization_details: required as Json }

export const verifyingCases = (it: GuardCaseOf): readonly SuiteCase[] => [
  it('guard:verifies', 'a token the authority gave for this passes', async ({ issuer, open }) => {
    const guard = await open()
    assert.equal(await statusOf(guard, await issuer.token(good)), 200)
    const aud = ['https://other.example', 'https://api.acme-corp.com']
    assert.equal(await statusOf(guard, await issuer.token({ ...good, aud })), 200)
  }),

  ...Object.entries(forgeries).map(([name, forge]) =>
    it('guard:verifies', `refuses: ${name}`, async ({ issuer, open }) => {
      const guard = await open()
      // The same guard lets an honest one pass, so a refusal is about the forgery.
      assert.equal(await statusOf(guard, await issuer.token(good)), 200)
      const response = await guard.send(bearer(await forge(issuer)))
      const body = await response.text()
      assert.equal(response.status, 401)
      assert.match(response.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
      const reading = readChallenge(response, body)
      assert.equal(reading.kind, 'invalid-token', 'a bad token must never lead to a question')
    }),
  ),

  it(
    'guard:verifies',
    'a key published later is found, and the old one still counts',
    async ({ issuer, open }) => {
      const guard = await open()
      const old = await issuer.token(good)
      assert.equal(await statusOf(guard, old), 200)
      await issuer.rotate()
      // A guard may refuse to look for keys again right after it has looked.
      guard.advance(12_000)
      assert.equal(await statusOf(guard, await issuer.token(good)), 200)
      assert.equal(await statusOf(guard, old), 200)
    },
  ),

  it('guard:one-token', 'two tokens are none, however they are sent', async ({ issuer, open }) => {
    const guard = await open()
    const [honest, other] = [await issuer.token(good), await issuer.token({})]
    const twice = [
      [...bearer(honest), ...bearer(other)],
      [...bearer(other), ...bearer(honest)],
      [...bearer(honest), ...bearer(honest)],
      [['authorization', `Bearer ${honest}, Bearer ${other}`]],
      [['authorization', `Bearer ${honest} ${other}`]],
    ] as const
    for (const headers of twice) {
      const response = await guard.send(headers)
      await response.arrayBuffer()
      assert.ok([400, 401].includes(response.status), `answered ${response.status}`)
    }
    assert.equal(await statusOf(guard, honest), 200)
  }),

  it(
    'guard:one-token',
    'what is no token in the right place does not pass',
    async ({ issuer, open }) => {
      const guard = await open()
      const token = await issuer.token(good)
      const lines: readonly (readonly [string, string])[] = [
        ['authorization', token],
        ['authorization', `Basic ${token}`],
        ['authorization', 'Bearer'],
        ['authorization', 'Bearer '],
        ['authorization', `Bearer "${token}"`],
        ['authorization', `Bearer token=${token}`],
        ['x-authorization', `Bearer ${token}`],
        ['cookie', `access_token=${token}`],
      ]
      for (const line of lines) {
        const response = await guard.send([line])
        await response.arrayBuffer()
        assert.ok([400, 401].includes(response.status), `${line[0]}: ${response.status}`)
      }
      const lower = await guard.send([['authorization', `bearer ${token}`]])
      await lower.arrayBuffer()
      assert.equal(lower.status, 200, 'schemes have no case (RFC 9110 §11.1)')
    },
  ),

  it(
    'guard:one-token',
    'a token of any size gets an answer, and an oversized one a refusal',
    async ({ issuer, open }) => {
      const guard = await open()
      const padding = 'x'.repeat(15_000)
      const response = await guard
        .send(bearer(await issuer.token({ ...good, padding })))
        .catch(() => undefined)
      await response?.arrayBuffer()
      assert.ok(response === undefined || response.status >= 400, 'an oversized token passed')
      assert.equal(await statusOf(guard, await issuer.token(good)), 200)
    },
  ),
]
