import assert from 'node:assert/strict'
import type { Secret } from '@lumojit/protocol'
import type { SuiteCase } from '../suite-case.ts'
import { questions } from './harness.ts'
import { type CaseOf, grantOf, otherResource, refusalOf, resource } from './session.ts'

const need = (token: Secret | undefined): string => {
  assert.ok(token, 'a base token was expected')
  return token.reveal()
}

export const tokenCases = (it: CaseOf): readonly SuiteCase[] => [
  it(
    'base:resource-token',
    'it names its resource, works as a token, and not at the authority',
    async (s) => {
      for (const one of [resource, otherResource]) {
        const token = need(await s.authority.baseToken(s.task, {}, one))
        assert.deepEqual(await s.audienceOf(token), [one.audience ?? one.url])
        assert.equal(await s.isActive(token), true)
        assert.equal(await s.worksAtAuthority(token), false, 'a resource was given the keys')
      }
    },
  ),

  it('base:resource-token', 'two resources never see the same token', async (s) => {
    const tokens = await Promise.all(
      [resource, otherResource].map((one) => s.authority.baseToken(s.task, {}, one)),
    )
    assert.equal(new Set(tokens.map(need)).size, 2)
  }),

  it(
    'authority:base-tokens',
    'none gives none, shared gives the one that works at the authority',
    async (s) => {
      const none = { ...resource, baseToken: 'none' } as const
      assert.equal(await s.authority.baseToken(s.task, {}, none), undefined)
      const shared = { ...resource, baseToken: 'shared' } as const
      assert.equal(
        await s.worksAtAuthority(need(await s.authority.baseToken(s.task, {}, shared))),
        true,
      )
    },
  ),

  it(
    'authority:base-tokens',
    'it is fetched once, and once more when it must be fresh',
    async (s) => {
      const take = (fresh = false) => s.authority.baseToken(s.task, {}, resource, { fresh })
      const tokens = (await Promise.all(Array.from({ length: 20 }, () => take()))).map(need)
      assert.equal(new Set(tokens).size, 1, 'each call fetched its own')
      const fresh = need(await take(true))
      assert.notEqual(fresh, tokens[0])
      assert.equal(need(await take()), fresh)
    },
  ),

  it(
    'authority:bound',
    'a granted token names the resource it was asked for, if it says it binds',
    async (s) => {
      if (!(await s.authority.capabilities()).bindsAudience) return
      for (const one of [resource, otherResource]) {
        const grant = await s.grantAtOnce({ resource: one })
        assert.deepEqual(await s.audienceOf(grant.token.reveal()), [one.audience ?? one.url])
        assert.equal(await s.worksAtAuthority(grant.token.reveal()), false)
      }
    },
  ),

  it('authority:capabilities', 'what it claims about many details is true', async (s) => {
    const both = [...questions.atOnce, { type: 'file_access', actions: ['read'], identifier: 'b' }]
    const request = s.question(both as unknown as typeof questions.atOnce)
    if ((await s.authority.capabilities()).manyDetails) {
      const decision = await s.authority.request(s.task, request)
      assert.equal(decision.status, 'granted')
      const { granted } = grantOf(
        await s.authority.redeem(decision.ref ?? assert.fail('no ref'), request),
      )
      assert.equal(granted?.kind === 'details' && granted.details.length, 2)
    } else {
      await refusalOf(s.authority.request(s.task, request))
      assert.equal((await s.counts()).requests, 0)
    }
  }),

  it('authority:capabilities', 'scope it does not claim, it does not grant', async (s) => {
    const capabilities = await s.authority.capabilities()
    assert.equal(capabilities.tasks, 'server', 'this suite is for authorities that keep tasks')
    if (capabilities.scope) return
    const permission = { kind: 'scope', scope: ['read:documents'] } as const
    const request = { ...s.question(questions.atOnce), permission }
    await refusalOf(s.authority.request(s.task, request))
    assert.deepEqual(await s.counts(), { requests: 0, redemptions: 0 })
  }),

  it('authority:capabilities', "it knows its own endpoints and nobody else's", async (s) => {
    const { authority } = s
    assert.ok(URL.canParse(authority.id), 'its id is no URL')
    const own = ['/oauth/token', '/jit/task', '/jit/approve/x'].map((path) => authority.id + path)
    for (const url of own) assert.equal(authority.owns?.(new URL(url)), true, url)
    for (const url of ['https://api.acme-corp.com/v1', 'http://127.0.0.1:1/']) {
      assert.equal(authority.owns?.(new URL(url)), false, url)
    }
  }),
]
