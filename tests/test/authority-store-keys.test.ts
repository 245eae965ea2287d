import { serveAuthority } from '@lumojit/authority/node'
import { createGuard } from '@lumojit/guard'
import { expect, it, onTestFinished } from 'vitest'

const API = 'https://api.example'
const DETAILS = [{ type: 'document', actions: ['read'] }] as const

it('authority:keys-rotate — a guard follows a rotation without a restart, and no request fails meanwhile', async () => {
  let now = Date.now()
  const clock = {
    now: () => now,
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
      ),
  }
  const agent = { id: 'agt_1', secret: 'worth nothing outside this test' }
  const { authority, close } = await serveAuthority({ org: 'acme-corp', agents: [agent], clock })
  const guard = createGuard({
    issuer: authority.issuer,
    audience: API,
    clock,
    // Time leaps here, and a feed that was silent for so long is rightly not trusted.
    revocation: 'none',
  })
  onTestFinished(async () => {
    await guard.close()
    await close()
  })
  const by = { agent: agent.id }
  const { operations } = authority
  const knock = async () => {
    const task = await operations.openTask({ by })
    const asked = { by, taskId: task.id, details: DETAILS, resource: API }
    const { request } = await operations.requestPermission(asked)
    const { accessToken } = await operations.redeem({ by, requestId: request.id })
    const headers = { authorization: `Bearer ${accessToken}` }
    const verdict = await guard(new Request(`${API}/d`, { headers }), DETAILS)
    return verdict instanceof Response
      ? verdict.status
      : JSON.parse(atob(accessToken.split('.')[0] ?? '')).kid
  }
  await guard.ready()
  const old = await knock()
  expect(old).toEqual(expect.any(String))
  const { kid, signsFrom } = await operations.rotateKeys()
  expect(await knock()).toBe(old)
  now = signsFrom - 1
  expect(await knock()).toBe(old)
  now = signsFrom
  expect(await knock()).toBe(kid)
  const next = await operations.rotateKeys()
  now = next.signsFrom
  expect(await knock()).toBe(next.kid)
})
