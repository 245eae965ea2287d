import { ConfigurationError, createAuthority } from '@lumojit/authority'
import { testAuthority } from '@lumojit/conformance'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openAuthority } from './open-authority.ts'

const url = 'http://127.0.0.1:4000'
const agents = [{ id: 'agt_1', secret: 'a secret' }]
const server = () => createAuthority({ url, org: 'acme-corp', agents })

describe('asAuthority() in process', () => {
  const cases = testAuthority({
    name: 'asAuthority()',
    open: () => openAuthority('in-process'),
    skips: ['authority:unreachable', 'authority:rejected'],
  })
  for (const { id, title, run } of cases) it(`${id} — ${title}`, run)

  describe('why it skips what it skips', () => {
    afterEach(() => vi.unstubAllGlobals())

    it('an unknown agent is refused when the authority is reached for, not later', () => {
      expect(() => server().asAuthority({ agentId: 'agt_2' })).toThrow(ConfigurationError)
    })

    it('nothing in process goes over the network', async () => {
      const fetch = vi.fn(() => Promise.reject(new Error('no network')))
      vi.stubGlobal('fetch', fetch)
      const authority = server().asAuthority({ agentId: 'agt_1' })
      const task = await authority.openTask({})
      const resource = { url: 'https://api.acme-corp.com' }
      await authority.baseToken(task, {}, resource)
      await authority.completeTask(task, [])
      expect(fetch).not.toHaveBeenCalled()
    })
  })
})
