import { describe, expect, it } from 'vitest'
import { createAuthority } from '../src/index.ts'
import { hashSecret, readSeed, SeedError } from '../src/seed.ts'

const SEED = `
organization: acme-corp
agents:
  - id: agt_research-bot
    name: Research
    secret: s3cret-of-the-bot
    scope: read:documents
    callbacks:
      origins: [https://agent.acme-corp.com]
      secret: whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz
    budget: { tokens: 100, per: 1h }
  - id: agt_2
    secret_hash: HASH
    acts_for_users: false
users:
  - id: u_bob
    email: bob@acme-corp.com
    rights: [jit.approve]
resources:
  - https://api.acme-corp.com
  - audience: https://files.acme-corp.com
    secret: files
rules:
  types: { wire: critical }
  grant_up_to: low
limits: { task: 8h, pending: 300s, token: 5m, open_requests: 5 }
rates: { token: 30 }
`

const problemsOf = (text: string) => {
  try {
    readSeed(text, 'seed.yaml')
  } catch (error) {
    if (error instanceof SeedError) return error
  }
  throw new Error('The seed was accepted.')
}

describe('readSeed', () => {
  it('reads everything into options that an authority takes', async () => {
    const seed = readSeed(SEED.replace('HASH', await hashSecret('the other one')))
    expect(seed).toMatchObject({
      org: 'acme-corp',
      users: [{ id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'] }],
      resources: [
        { audience: 'https://api.acme-corp.com' },
        { audience: 'https://files.acme-corp.com', secret: 'files' },
      ],
      limits: { taskMs: 28_800_000, pendingMs: 300_000, tokenSeconds: 300, openRequests: 5 },
      rates: { token: 30 },
    })
    expect(seed.agents?.[0]?.budget).toEqual({ tokens: 100, periodMs: 3_600_000 })
    const question = { details: [{ type: 'x', actions: ['write'] }], reuse: 'once' } as const
    expect(await seed.rules?.judge({ ...question, agentId: 'a' })).toMatchObject({
      risk: 'medium',
      decision: 'ask',
    })
    const authority = createAuthority({ ...seed, url: 'http://127.0.0.1:4000' })
    const login = async (client_id: string, client_secret: string) => {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id,
        client_secret,
      })
      const url = 'http://127.0.0.1:4000/orgs/acme-corp/api/v1/oauth/token'
      return (await authority.fetch(new Request(url, { method: 'POST', body }))).status
    }
    expect(await login('agt_research-bot', 's3cret-of-the-bot')).toBe(200)
    expect(await login('agt_2', 'the other one')).toBe(200)
    expect(await login('agt_2', 'the other one')).toBe(200)
    expect(await login('agt_2', 'the other')).toBe(401)
    expect(await login('agt_research-bot', 'the other one')).toBe(401)
    expect(await login('nobody', 'the other one')).toBe(401)
  })

  it('reads JSON just as well', () => {
    const seed = readSeed(
      '{\n\t"organization": "o",\n\t"agents": [{ "id": "a", "secret": "s" }]\n}',
    )
    expect(seed).toEqual({ org: 'o', agents: [{ id: 'a', secret: 's' }], users: [] })
  })

  it('names every problem with its line and column, and no value', () => {
    const { problems, message } = problemsOf(
      [
        'organisation: acme',
        'agents:',
        '  - id: a',
        '    secrt: hunter2',
        '  - id: a',
        '    secret: 12',
        '    budget: { tokens: many, per: 1y }',
        'users: nobody',
        'limits:',
        '  task: soon',
        'rules: { grant_up_to: everything }',
      ].join('\n'),
    )
    expect(problems.map(({ line, column, path }) => [line, column, path])).toEqual([
      [1, 1, 'organisation'],
      [1, 1, 'organization'],
      [3, 5, 'agents[0].secret'],
      [4, 5, 'agents[0].secrt'],
      [5, 5, 'agents[1]'],
      [6, 13, 'agents[1].secret'],
      [7, 23, 'agents[1].budget.tokens'],
      [7, 23, 'agents[1].budget.tokens'],
      [7, 34, 'agents[1].budget.per'],
      [7, 34, 'agents[1].budget.per'],
      [8, 8, 'users'],
      [10, 9, 'limits.task'],
      [11, 23, 'rules.grant_up_to'],
    ])
    expect(message).toContain('seed.yaml:4:5 agents[0].secrt: Unknown.')
    expect(message).not.toContain('hunter2')
  })

  it.each([
    ['{', 1],
    ['organization: a\nagents: [\n', 3],
    ['organization: a\norganization: b', 2],
    ['', 1],
    ['- a', 1],
    ['organization: a\nagents:\n  - &x { id: a, secret: s }\n  - *x', 4],
    ['organization: a\nagents:\n  - id: a\n    secret_hash: md5', 4],
    ['organization: a\nagents:\n  - {id: a, secret: s, callbacks: {origins: []}}', 3],
  ])('refuses %j at line %i', (text, line) => {
    expect(problemsOf(text).problems.map((each) => each.line)).toContain(line)
  })
})
