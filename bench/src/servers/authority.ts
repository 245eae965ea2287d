/** A process of its own: the authority, told to answer one agent about one API. */
import { serveAuthority } from '@lumojit/authority/node'
import { agent, audience } from './parties.ts'

const { authority, close } = await serveAuthority({
  org: 'bench',
  agents: [agent],
  resources: [audience],
})
process.send?.({ url: authority.issuer })
process.once('disconnect', () => void close())
