import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { serveAuthority } from '../src/node.ts'

const options = {
  limits: { feeds: 1 },
  org: 'acme-corp',
  agents: [{ id: 'agt_1', secret: 's' }],
  users: [{ id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'] }],
}
const withServer = async (
  use: (running: Awaited<ReturnType<typeof serveAuthority>>) => Promise<void>,
) => {
  const running = await serveAuthority(options)
  try {
    await use(running)
  } finally {
    await running.close()
  }
}

/** A request whose Host header is ours to choose. */
const statusWithHost = (url: string, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const { port, pathname } = new URL(url)
    const path = pathname === '/' ? '/orgs/acme-corp/api/v1/jit/pending' : pathname
    const call = httpRequest({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    call.on('error', reject)
    call.end()
  })

describe('serveAuthority', () => {
  it('knows its own URL, and serves it over the network', () =>
    withServer(async ({ url, authority }) => {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      const answer = await fetch(`${authority.issuer}/.well-known/oauth-authorization-server`)
      expect(await answer.json()).toMatchObject({ issuer: `${url}/orgs/acme-corp/api/v1` })
    }))

  it('answers to no other name', () =>
    withServer(async ({ url }) => {
      const { host } = new URL(url)
      expect(await statusWithHost(url, host)).toBe(401)
      expect(await statusWithHost(url, 'evil.example')).toBe(421)
    }))

  it('human:mount — what is mounted answers first, under the same names only', async () => {
    const seen: string[] = []
    const running = await serveAuthority(options, {
      mount: (authority) => async (request) => {
        seen.push(request.method)
        const { pathname } = new URL(request.url)
        if (pathname === '/broken') throw new Error('secret words')
        return pathname === '/console' ? new Response(authority.url) : undefined
      },
    })
    try {
      const { url, authority } = running
      expect(await (await fetch(`${url}/console`)).text()).toBe(url)
      const discovery = `${authority.issuer}/.well-known/oauth-authorization-server`
      expect((await fetch(discovery)).status).toBe(200)
      const broken = await fetch(`${url}/broken`)
      expect(broken.status).toBe(500)
      expect(await broken.text()).not.toContain('secret words')
      seen.length = 0
      expect(await statusWithHost(`${url}/console`, 'evil.example')).toBe(421)
      const foreign = { method: 'POST', headers: { origin: 'https://evil.example' } }
      expect((await fetch(`${url}/console`, foreign)).status).toBe(403)
      expect(seen).toEqual([])
    } finally {
      await running.close()
    }
  })

  it('a caller that hangs up ends its wait and its feed', () =>
    withServer(async ({ authority }) => {
      const { operations, issuer } = authority
      const by = { agent: 'agt_1' }
      const { id: taskId } = await operations.openTask({ by })
      const details = { type: 'payment' }
      const { request } = await operations.requestPermission({ by, taskId, details })
      const { accessToken } = await operations.issueAgentToken({ agentId: 'agt_1' })
      const leave = new AbortController()
      const poll = fetch(`${issuer}/jit/request/${request.id}/status?wait=25`, {
        headers: { authorization: `Bearer ${accessToken}` },
        signal: leave.signal,
      })
      const gone = expect(poll).rejects.toThrow()
      const waits = (n: number) =>
        vi.waitFor(() => expect(authority.counts().openWaits).toBe(n), { timeout: 10_000 })
      await waits(1)
      const { signal } = leave
      const feed = await fetch(`${issuer}/jit/events`, { signal })
      expect((await fetch(`${issuer}/jit/events`)).status).toBe(503)
      leave.abort()
      await gone
      await waits(0)
      await expect(feed.text()).rejects.toThrow()
      const freed = async () => {
        const next = await fetch(`${issuer}/jit/events`)
        await next.body?.cancel()
        expect(next.status).toBe(200)
      }
      await vi.waitFor(freed, { timeout: 10_000 })
    }))

  it('close answers open polls, ends feeds, frees the port, and may be called twice', async () => {
    const running = await serveAuthority(options)
    const { authority, url } = running
    const { operations, issuer } = authority
    const by = { agent: 'agt_1' }
    const { id: taskId } = await operations.openTask({ by })
    const asked = await operations.requestPermission({ by, taskId, details: { type: 'payment' } })
    const { accessToken } = await operations.issueAgentToken({ agentId: 'agt_1' })
    const poll = fetch(`${issuer}/jit/request/${asked.request.id}/status?wait=25`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    const feed = await fetch(`${issuer}/jit/events`)
    await vi.waitFor(() => expect(authority.counts().openWaits).toBe(1), { timeout: 10_000 })
    const closing = running.close()
    expect(await (await poll).json()).toMatchObject({ status: 'pending' })
    expect(await feed.text()).toContain('event: ready')
    await closing
    await running.close()
    await expect(
      new Promise((resolve, reject) => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1', () => resolve(socket.end()))
        socket.on('error', reject)
      }),
    ).rejects.toThrow('ECONNREFUSED')
  })

  it('refuses a public address without an https URL, and leaves no server behind', async () => {
    await expect(serveAuthority(options, { host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
    const running = await serveAuthority(
      { ...options, url: 'https://auth.example.com' },
      { host: '127.0.0.1' },
    )
    expect(running.url).toBe('https://auth.example.com')
    await running.close()
  })
})
