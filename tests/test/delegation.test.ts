import { serveAuthority } from '@lumojit/authority/node'
import { createJit, lumoAuth } from '@lumojit/core'
import { createGuard, type Verified } from '@lumojit/guard'
import { expect, it, onTestFinished } from 'vitest'

const AGENT = { id: 'agt_1', secret: 'worth nothing outside this test' }
const API = 'https://api.example'
const PAY = [{ type: 'payment', actions: ['initiate'] }] as const

it.each(['over HTTP', 'in process'])(
  'base:never-wider-than-subject — what a task does for a user, the API sees done for that user: %s',
  async (way) => {
    const { authority, url, close } = await serveAuthority({
      org: 'acme-corp',
      agents: [AGENT],
      users: [
        { id: 'u_alice', email: 'alice@acme-corp.com' },
        { id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'] },
      ],
    })
    const guard = createGuard({ issuer: authority.issuer, audience: API })
    const seen: Verified[] = []
    const bare: (string | null)[] = []
    const api = async (request: Request): Promise<Response> => {
      const verdict = await guard(request, PAY)
      if (verdict instanceof Response) {
        bare.push(request.headers.get('authorization'))
        return verdict
      }
      seen.push(verdict)
      return new Response('paid')
    }
    const jit = createJit({
      authority:
        way === 'in process'
          ? authority.asAuthority({ agentId: AGENT.id })
          : lumoAuth({ url, org: 'acme-corp', clientId: AGENT.id, clientSecret: AGENT.secret }),
      resources: [API],
      fetch: (input, init) => {
        const request = new Request(input, init)
        return request.url.startsWith(API) ? api(request) : fetch(request)
      },
    })
    onTestFinished(async () => {
      await jit[Symbol.asyncDispose]()
      await guard.close()
      await close()
    })
    await guard.ready()
    const { operations } = authority
    const alice = { userId: 'u_alice', purpose: 'delegate' } as const
    const user = (await operations.issueUserToken(alice)).accessToken
    const paying = jit.runTask({ name: 'pays', subjectToken: async () => user }, async (task) =>
      (await task.fetch(`${API}/pay`, { method: 'POST', body: '{}' })).text(),
    )
    const by = { user: 'u_bob' }
    await expect.poll(async () => (await operations.listPending({ by })).total).toBe(1)
    const [item] = (await operations.listPending({ by })).items
    expect(item?.task).toMatchObject({ subject: 'u_alice', onBehalfOf: 'alice@acme-corp.com' })
    await operations.approve({ by, requestId: item?.request.id ?? '' })
    expect(await paying).toBe('paid')
    expect(seen).toEqual([
      expect.objectContaining({ subject: 'u_alice', agentId: AGENT.id, actor: 'agent:1' }),
    ])
    // What went out before the grant was the user's too, not the agent's own.
    const first = JSON.parse(
      atob((bare[0] ?? '').split('.')[1]?.replace(/-/g, '+').replace(/_/g, '/') ?? ''),
    )
    expect(first).toMatchObject({ sub: 'u_alice', aud: API })
  },
)
