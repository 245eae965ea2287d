/** A process of its own: the authority, somebody who decides, and callbacks to loopback. */
import { serveAuthority } from '@lumojit/authority/node'
import { agent, audience, callbackSecret } from './parties.ts'

const origin = process.argv[2] ?? ''
const { authority, close } = await serveAuthority({
  org: 'bench',
  agents: [{ ...agent, callbacks: { origins: [origin], secret: callbackSecret } }],
  resources: [audience],
  users: [{ id: 'u_bench', email: 'bench@bench.example', rights: ['jit.approve'] }],
  loopbackCallbacks: true,
})
const { accessToken } = await authority.operations.issueUserToken({ userId: 'u_bench' })
process.send?.({ url: authority.issuer, token: accessToken })
process.once('disconnect', () => void close())
