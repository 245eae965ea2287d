import { describe, expect, it } from 'vitest'
import { lumoAuth } from '../../src/lumoauth/lumo-auth.ts'

const options = { clientId: 'agt_1', clientSecret: 's' }
const owns = (url: string, host = 'https://app.lumoauth.dev', org = 'acme-corp') =>
  lumoAuth({ ...options, url: host, org }).owns?.(new URL(url))

describe('owns', () => {
  it.each([
    'https://app.lumoauth.dev/orgs/acme-corp/api/v1/jit/task',
    'https://app.lumoauth.dev/t/acme-corp/api/v1/oauth/token',
    'https://APP.lumoauth.dev/orgs/acme-corp/api/v1',
    'https://app.lumoauth.dev./orgs/acme-corp/api/v1',
    'https://app.lumoauth.dev:443/orgs/acme-corp/api/v1',
    'http://app.lumoauth.dev/orgs/acme-corp/api/v1',
    'https://app.lumoauth.dev//orgs//acme-corp/api/v1',
    'https://app.lumoauth.dev/x/../orgs/acme-corp/api/v1',
    'https://app.lumoauth.dev/x/%252e%252e/orgs/acme-corp/api/v1',
    'https://app.lumoauth.dev/orgs%2Facme-corp/api/v1',
    'https://app.lumoauth.dev/%6Frgs/acme%2Dcorp/api/v1',
    'https://app.lumoauth.dev/orgs%5Cacme-corp',
    'https://app.lumoauth.dev/Orgs/ACME-corp/api/v1',
  ])('says yes to %s', (url) => {
    expect(owns(url)).toBe(true)
  })

  it.each([
    'https://api.acme-corp.com/orgs/acme-corp/api/v1',
    'https://app.lumoauth.dev:8443/orgs/acme-corp/api/v1',
    'https://app.lumoauth.dev/orgs/acme-corp-2/api/v1',
    'https://app.lumoauth.dev/docs/orgs/acme-corp',
    'https://app.lumoauth.dev/%E0%A4%A',
    'https://app.lumoauth.dev/',
  ])('says no to %s', (url) => {
    expect(owns(url)).toBe(false)
  })

  it('knows one machine by all its loopback names, and a host under a path', () => {
    expect(owns('http://localhost:8000/orgs/acme-corp/x', 'http://127.0.0.1:8000')).toBe(true)
    expect(owns('http://[::1]:8000/t/acme-corp/x', 'http://127.0.0.1:8000')).toBe(true)
    expect(owns('http://localhost:8001/orgs/acme-corp/x', 'http://127.0.0.1:8000')).toBe(false)
    expect(owns('https://p.dev/lumo/orgs/a/x', 'https://p.dev/lumo/', 'a')).toBe(true)
    expect(owns('https://p.dev/orgs/a/x', 'https://p.dev/lumo/', 'a')).toBe(false)
  })
})
