import { afterEach, beforeEach, expect, it } from 'vitest'
import { AUDIENCE, call, PretendAuthority, READ, refusal } from './pretend-authority.ts'

let authority: PretendAuthority
beforeEach(async () => {
  authority = await PretendAuthority.open()
})
afterEach(() => authority.close())

const withHeaders = (...values: string[]) =>
  new Request(AUDIENCE, {
    headers: values.map((value): [string, string] => ['authorization', value]),
  })

it('asks for a token without naming an error when there is none (RFC 6750 §3.1)', async () => {
  const resourceMetadata = `${AUDIENCE}/.well-known/oauth-protected-resource`
  const guard = authority.guard({ realm: 'documents', resourceMetadata })
  for (const request of [call(), withHeaders('Basic YTpi'), withHeaders('DPoP abc')]) {
    const { status, headers, text } = await refusal(guard(request, READ))
    expect(status).toBe(401)
    expect(text).toBe('')
    expect(headers.get('www-authenticate')).toBe(
      `Bearer realm="documents", resource_metadata="${resourceMetadata}"`,
    )
    expect(headers.get('cache-control')).toBe('no-store')
  }
  expect(authority.requests).toEqual([])
})

it('tells a caller without a token what is missing only when asked to', async () => {
  const guard = authority.guard({ challengeAnonymous: true })
  const refused = await refusal(guard(call(), async () => READ))
  expect(refused.status).toBe(403)
  expect(refused.error).toBe('insufficient_authorization_details')
  expect((await refusal(guard(call(), []))).status).toBe(401)
  expect((await refusal(guard(withHeaders('Basic YTpi'), READ))).status).toBe(401)
})

it('takes the scheme in any case', async () => {
  const token = await authority.token()
  const guard = authority.guard()
  for (const scheme of ['bearer', 'BEARER', 'BeArEr']) {
    expect(await guard(withHeaders(`${scheme} ${token}`), READ)).toHaveProperty('agentId')
  }
})

it.each([
  ['two tokens in two headers', ['Bearer TOKEN', 'Bearer TOKEN']],
  ['two headers, the second a Bearer', ['Basic YTpi', 'bearer TOKEN']],
  ['two headers, the first a Bearer', ['bearer TOKEN', 'Basic YTpi']],
  ['two tokens in one header', ['Bearer TOKEN TOKEN']],
  ['no token', ['Bearer']],
  ['a quoted token', ['Bearer "TOKEN"']],
  ['a token with a parameter', ['Bearer TOKEN, realm="x"']],
])('refuses %s as malformed', async (_, values) => {
  const token = await authority.token()
  const request = withHeaders(...values.map((value) => value.replaceAll('TOKEN', token)))
  const refused = await refusal(authority.guard()(request, READ))
  expect(refused.status).toBe(400)
  expect(refused.error).toBe('invalid_request')
  expect(refused.headers.get('www-authenticate')).toContain('error="invalid_request"')
  expect(authority.requests).toEqual([])
})

it('refuses a token past 16 KiB unread, and reads one below', async () => {
  const guard = authority.guard()
  expect((await refusal(guard(call('a'.repeat(16_385)), READ))).status).toBe(400)
  expect((await refusal(guard(call('a'.repeat(16_384)), READ))).status).toBe(401)
})

it('never looks for a token in the query', async () => {
  const token = await authority.token()
  const request = call(undefined, `${AUDIENCE}/?access_token=${token}`)
  expect((await refusal(authority.guard()(request, READ))).status).toBe(401)
})

it('leaves the body unread', async () => {
  const request = new Request(AUDIENCE, {
    method: 'POST',
    body: 'payload',
    headers: { authorization: `Bearer ${await authority.token()}` },
  })
  expect(await authority.guard()(request, READ)).toHaveProperty('agentId')
  expect(await request.text()).toBe('payload')
})
