import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { serveAuthority } from '@lumojit/authority/node'
import { createGuard } from '@lumojit/guard'
import { guardNode } from '@lumojit/guard/node'
import { commandLine } from './command-line.ts'

const AUDIENCE = 'https://api.acme-corp.com'

/** What an API of the tests does with a call that may be made. */
export type Serve = (request: IncomingMessage, response: ServerResponse, body: Buffer) => unknown

export interface ProxyAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly json: Record<string, unknown>
}

export interface Wanted {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly signal?: AbortSignal
}

/** An authority, an API whose POSTs under `/payments` a person must allow, and the command in this process. */
export async function proxyWorld(
  options: {
    readonly args?: readonly string[]
    readonly serve?: Serve
    /** Of the resource, behind the API's address. */
    readonly path?: string
    /** What lumojit.json says of the API's URL, instead of arguments. */
    readonly config?: (apiUrl: string) => object
  } = {},
) {
  const shell = commandLine()
  const tokens: { readonly value: string; readonly kind: string }[] = []
  const { authority, url, close } = await serveAuthority({
    org: 'acme',
    agents: [{ id: 'bot', secret: 'a-secret-of-the-tests' }],
    users: [{ id: 'dana', email: 'dana@acme.example', rights: ['jit.approve'] }],
    resources: [AUDIENCE],
    approvalUri: ({ requestId }) => `https://console.acme.example/${requestId}`,
    onTokenIssued: ({ value, kind }) => tokens.push({ value, kind }),
  })
  const guard = createGuard({ issuer: authority.issuer, audience: AUDIENCE })
  const check = guardNode(guard)
  /** Every call that reached the API with what it needs, and every one that did not. */
  const seen: {
    readonly method: string
    readonly url: string
    readonly headers: IncomingMessage['headers']
  }[] = []
  const effects: string[] = []
  const serve: Serve =
    options.serve ?? ((_, response) => response.end(JSON.stringify({ said: 'hello' })))
  const api = createServer(async (incoming, outgoing) => {
    const { method = '', url: at = '', headers } = incoming
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    seen.push({ method, url: at, headers })
    const needed = at.includes('/payments')
      ? { type: 'payment', actions: ['initiate'], identifier: `${body}` }
      : { type: 'file_access', actions: ['read'], identifier: at }
    const outcome = await check(incoming, outgoing, needed)
    if (!outcome) return
    if (method === 'POST') effects.push(`${body}`)
    await serve(incoming, outgoing, body)
  })
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`

  if (options.config) shell.write('lumojit.json', JSON.stringify(options.config(apiUrl)))
  const stop = new AbortController()
  const out = new PassThrough()
  const lines = createInterface({ input: out })[Symbol.asyncIterator]()
  const ended = shell.run(
    [
      ...['proxy', '--json', '--resource', `${apiUrl}${options.path ?? ''}`],
      ...(options.config ? [] : ['--audience', AUDIENCE]),
      ...(options.args ?? []),
    ],
    {
      stop: stop.signal,
      env: {
        LUMOAUTH_URL: url,
        LUMOAUTH_ORG_ID: 'acme',
        AGENT_CLIENT_ID: 'bot',
        AGENT_CLIENT_SECRET: 'a-secret-of-the-tests',
      },
      onWrite: (text) => out.write(text),
    },
  )
  const first = await Promise.race([lines.next(), ended])
  if ('code' in first) throw new Error(first.stderr)
  const ready = JSON.parse(String(first.value))

  const call = (path: string, wanted: Wanted = {}) => callAt(`${ready.base_url}${path}`, wanted)
  const dana = (await authority.operations.issueUserToken({ userId: 'dana' })).accessToken
  const wire = async (path: string, method = 'GET') => {
    const headers = { authorization: `Bearer ${dana}` }
    return (await fetch(`${authority.issuer}/jit/${path}`, { method, headers })).json()
  }
  const pending = async () => (await wire('pending')).pending_requests as { request_id: string }[]
  return {
    ready,
    apiUrl,
    seen,
    effects,
    tokens,
    call,
    authority,
    pending,
    /** The one question that is open, once it is. */
    async asked(): Promise<string> {
      for (;;) {
        const [one] = await pending()
        if (one) return one.request_id
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    decide: (id: string, how: 'approve' | 'deny') => wire(`${how}/${id}`, 'POST'),
    /** How many granted tokens the authority still takes for good. */
    async alive() {
      const granted = tokens.filter(({ kind }) => kind === 'jit')
      const answers = granted.map(async ({ value }) => {
        const answer = await fetch(`${authority.issuer}/oauth/introspect`, {
          method: 'POST',
          body: new URLSearchParams({
            token: value,
            client_id: 'bot',
            client_secret: 'a-secret-of-the-tests',
          }),
        })
        return (await answer.json()).active === true
      })
      return (await Promise.all(answers)).filter(Boolean).length
    },
    /** Ctrl-C. */
    async stop() {
      stop.abort()
      return ended
    },
    async close() {
      stop.abort()
      await ended
      const closed = once(api, 'close')
      api.close()
      api.closeAllConnections()
      await closed
      await guard.close()
      await close()
      shell.close()
    },
  }
}

export type ProxyWorld = Awaited<ReturnType<typeof proxyWorld>>

/** Sent exactly as it stands: `fetch` would tidy paths and refuse headers. */
export async function callAt(url: string, wanted: Wanted = {}): Promise<ProxyAnswer> {
  const [, origin = '', path = ''] = /^(http:\/\/[^/]+)(.*)$/.exec(url) ?? []
  const { hostname, port } = new URL(origin)
  const { method = 'GET', headers = {}, body, signal } = wanted
  const sent = request({
    hostname,
    port,
    path,
    method,
    headers,
    agent: false,
    ...(signal && { signal }),
  })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    text,
    get json() {
      return JSON.parse(text)
    },
  }
}
