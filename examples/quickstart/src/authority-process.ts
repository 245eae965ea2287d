import type { IssuedTokenObservation } from '@lumojit/authority'
import { serveAuthority } from '@lumojit/authority/node'
import { exitWithParent, type ToAuthority, tellParent } from './process-messages.ts'

/** The authority, with one agent, one person who may decide, and a log of every token it issues. */
const issued: IssuedTokenObservation[] = []
const api = { audience: 'https://api.acme-corp.com', secret: crypto.randomUUID() }
const agent = {
  id: 'agt_document-analyst',
  secret: crypto.randomUUID() + crypto.randomUUID(),
  name: 'Document analyst',
}

exitWithParent()
const { url, authority } = await serveAuthority({
  org: 'acme-corp',
  agents: [agent],
  users: [
    { id: 'usr_dana', email: 'dana@acme-corp.com', rights: ['jit.approve'] },
    { id: 'usr_alice', email: 'alice@acme-corp.com' },
  ],
  resources: [api],
  onTokenIssued: (token) => issued.push(token),
})
const { accessToken } = await authority.operations.issueUserToken({ userId: 'usr_dana' })

process.on('message', async (message: ToAuthority) => {
  if (message === 'sign-out') await authority.operations.endUserToken({ token: accessToken })
  const tokens = issued.map(({ kind, value }) => ({ kind, value }))
  tellParent({ tokens, requests: authority.counts().requests })
})
tellParent({ url, issuer: authority.issuer, org: 'acme-corp', agent, api, userToken: accessToken })
