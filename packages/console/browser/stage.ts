import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AuthorityServer } from '@lumojit/authority'
import { serveAuthority } from '@lumojit/authority/node'
import { createJit, type Jit, lumoAuth } from '@lumojit/core'
import { createGuard } from '@lumojit/guard'
import { guardNode } from '@lumojit/guard/node'
import { consoleUrls, createConsole } from '../src/index.ts'

/** An authority with its console, an API behind a guard, and an agent: each over HTTP on this machine. */
export interface Stage {
  readonly url: string
  readonly authority: AuthorityServer
  /** Base of the API the agent works with. */
  readonly api: string
  readonly jit: Jit
  /** What the API really did. */
  readonly done: readonly string[]
  /** A link that signs somebody in, once. */
  signInLink(userId?: string): Promise<string>
  /** Another site on this machine: the browser's cookies know no ports, so it gets the person's along. */
  readonly evil: string
  close(): Promise<void>
}

const NAME = 'https://api.acme-corp.com'

/** What each call needs. */
const needOf = (method: string, path: string) => {
  const [, kind = '', id = ''] = path.split('/')
  const actions = kind === 'payments' ? ['initiate'] : [method === 'DELETE' ? 'delete' : 'read']
  return [
    { type: kind === 'payments' ? 'payment' : 'customer_export', actions, identifier: id },
  ] as const
}

export const openStage = async (): Promise<Stage> => {
  const { url, authority, close } = await serveAuthority(
    {
      org: 'acme-corp',
      agents: [
        { id: 'invoice-bot', name: 'Invoice bot', secret: 'a secret of the browser tests' },
        { id: 'report-writer', name: 'Report writer', secret: 'another secret' },
      ],
      users: [
        {
          id: 'u_dana',
          email: 'dana@acme-corp.com',
          rights: ['jit.approve', 'jit.audit', 'jit.admin'],
        },
        { id: 'u_alice', email: 'alice@acme-corp.com' },
      ],
      resources: [NAME],
      // Private, and nobody allowed that: refused before anything is sent, and owed from then on.
      webhooks: [
        {
          url: 'https://10.1.2.3/hooks/of/a/rather/long/path/for/a/narrow/screen?team=operations',
          secret: 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz',
        },
      ],
      limits: { openRequests: 200, denials: 20, riskScore: 100_000 },
    },
    { mount: (served) => createConsole({ authority: served }).fetch },
  )
  const guard = createGuard({ issuer: authority.issuer, audience: NAME })
  const check = guardNode(guard)
  const done: string[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '' } = request
    if (!(await check(request, response, needOf(method, path)))) return
    done.push(`${method} ${path}`)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const evil = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://evil')
    const to = searchParams.get('to') ?? ''
    const page =
      pathname === '/frame'
        ? `<iframe src="${to}"></iframe>`
        : `<form method="post" action="${to}"><input name="reuse" value="task"><input name="keep-0" value="all"></form><script>document.forms[0].submit()</script>`
    response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  })
  await new Promise<void>((listening) => evil.listen(0, '127.0.0.1', listening))
  const portOf = (of: typeof server) => (of.address() as AddressInfo).port
  const api = `http://127.0.0.1:${portOf(server)}`
  const jit = createJit({
    authority: lumoAuth({
      url,
      org: 'acme-corp',
      clientId: 'invoice-bot',
      clientSecret: 'a secret of the browser tests',
    }),
    resources: [{ url: api, audience: NAME }],
  })
  return {
    url,
    authority,
    api,
    jit,
    done,
    evil: `http://127.0.0.1:${portOf(evil)}`,
    signInLink: async (userId = 'u_dana') =>
      consoleUrls(url).signInLink((await authority.operations.createSignInLink({ userId })).code),
    async close() {
      await jit[Symbol.asyncDispose]()
      await guard.close()
      for (const each of [server, evil]) {
        each.closeAllConnections()
        await new Promise((closed) => each.close(closed))
      }
      await close()
    },
  }
}
