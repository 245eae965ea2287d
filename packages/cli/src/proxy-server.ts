import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { type Answer, failedAnswer, ownAnswer } from './proxy-answer.ts'
import { LARGEST_BODY, readBody } from './proxy-body.ts'
import { pairsOf, SECRET_HEADER, towardsApi, WHY_HEADER } from './proxy-headers.ts'
import type { ProxyRun, Told } from './proxy-run.ts'
import type { ProxyTarget } from './proxy-target.ts'

export interface ProxyServerOptions {
  readonly run: ProxyRun
  readonly target: ProxyTarget
  /** Who knows it is a program of this run. */
  readonly secret: string
  /** A loopback address. */
  readonly host: string
  readonly port: number
}

export interface RunningProxy {
  /** What programs say instead of the API's own address; the secret is in it. */
  readonly baseUrl: string
  /** `DELETE` here ends the run. */
  readonly runUrl: string
  close(): Promise<void>
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Binds first, so that the base URL is known; rejects as `listen` does. */
export async function serveProxy(options: ProxyServerOptions): Promise<RunningProxy> {
  const { host, port, secret } = options
  let hosts: ReadonlySet<string> = new Set()
  const server: Server = createServer((incoming, outgoing) => {
    answer(options, hosts, incoming, outgoing).catch(() => outgoing.destroy())
  })
  server.listen(port, host)
  await once(server, 'listening')
  const bound = (server.address() as AddressInfo).port
  hosts = new Set(
    ['127.0.0.1', 'localhost', '[::1]', urlHost(host)].map((name) => `${name}:${bound}`),
  )
  const runUrl = `http://${urlHost(host)}:${bound}/${secret}`
  return {
    runUrl,
    baseUrl: `${runUrl}/api`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      // Answers that are being written get a moment.
      const force = setTimeout(() => server.closeAllConnections(), 1_000)
      await closed
      clearTimeout(force)
    },
  }
}

const urlHost = (host: string) => (host.includes(':') ? `[${host}]` : host)

async function answer(
  options: ProxyServerOptions,
  hosts: ReadonlySet<string>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort(new Error('The caller has hung up.'))
  })
  const refusal = refuse(incoming, hosts)
  const { answer: told, missed } = refusal
    ? { answer: refusal, missed: () => {} }
    : await route(options, incoming, gone.signal).catch(
        (error): Told => ({ answer: failedAnswer(error), missed: () => {} }),
      )
  if (gone.signal.aborted) missed()
  else outgoing.once('close', () => outgoing.writableFinished || missed())
  await write(told, incoming, outgoing)
}

/** Web pages stay out: one that rebinds its name comes with its own Host, one across sites with an Origin. */
function refuse({ headers }: IncomingMessage, hosts: ReadonlySet<string>): Answer | undefined {
  if (!hosts.has(headers.host ?? ''))
    return ownAnswer(
      421,
      'HOST_UNKNOWN',
      'This proxy goes by another name.',
      'Use the base URL as it was printed.',
    )
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined)
    return ownAnswer(
      403,
      'ORIGIN_REFUSED',
      'This proxy is for programs, not for pages in a browser.',
      'Call it from the program that was given its base URL.',
    )
  return undefined
}

async function route(
  { run, target, secret }: ProxyServerOptions,
  incoming: IncomingMessage,
  gone: AbortSignal,
): Promise<Told> {
  const own = (...words: Parameters<typeof ownAnswer>) => ({
    answer: ownAnswer(...words),
    missed: () => {},
  })
  const { url = '', method = '', headers } = incoming
  const entered = enter(url, headers[SECRET_HEADER], secret)
  if (!entered)
    return own(
      403,
      'SECRET_WRONG',
      'The secret of this run is missing or wrong.',
      `Use the base URL as it was printed, or send the secret as ${SECRET_HEADER}.`,
    )
  const { rest, base } = entered
  if (rest === '' && method === 'DELETE') {
    const { taskId, revoked, unrevoked } = await run.end()
    return { answer: jsonAnswer({ ended: taskId ?? null, revoked, unrevoked }), missed: () => {} }
  }
  if (!/^\/api(?=[/?]|$)/.test(rest))
    return own(
      404,
      'NOT_THE_BASE',
      'Nothing is served here.',
      'Use the base URL as it was printed; the run itself takes DELETE alone.',
    )
  if (!METHODS.includes(method))
    return own(405, 'METHOD_UNKNOWN', `${method} is not passed on.`, `Use ${METHODS.join(', ')}.`)
  if (headers.authorization !== undefined)
    return own(
      400,
      'CALLER_AUTHORIZATION',
      'The call brings its own Authorization header.',
      'Leave it out: the credential for the API is put in here.',
    )
  const at = target.urlOf(rest.slice('/api'.length))
  if (!at)
    return own(
      400,
      'PATH_UNSAFE',
      'The path holds dot segments, a backslash or a character that no URL has.',
      'Encode what you put into a path, as one segment: urllib.parse.quote(text, safe="") in Python.',
    )
  const body = await readBody(incoming)
  if (!body)
    return own(
      413,
      'BODY_TOO_LARGE',
      `The body is larger than ${LARGEST_BODY} bytes: it could not be sent again after a challenge.`,
      'Send less at once, or call the API with an engine of your own.',
    )
  const why = headers[WHY_HEADER]
  return run.call({
    method,
    url: at,
    headers: towardsApi(pairsOf(incoming.rawHeaders)),
    body,
    justification: typeof why === 'string' ? why : undefined,
    gone,
    location: (text) => target.locationFrom(`http://${headers.host}${base}/api`, text, at),
  })
}

/** What follows the secret, and what was before it; undefined for whoever does not know it. */
function enter(
  url: string,
  header: string | string[] | undefined,
  secret: string,
): { readonly rest: string; readonly base: string } | undefined {
  if (typeof header === 'string') return same(header, secret) ? { rest: url, base: '' } : undefined
  const [, given = ''] = /^\/([^/?#]*)/.exec(url) ?? []
  if (!same(given, secret)) return undefined
  return { rest: url.slice(given.length + 1), base: `/${given}` }
}

const hash = (text: string) => createHash('sha256').update(text).digest()
const same = (one: string, other: string) => timingSafeEqual(hash(one), hash(other))

const jsonAnswer = (value: object): Answer => ({
  status: 200,
  headers: [['content-type', 'application/json']],
  body: JSON.stringify(value),
})

async function write(
  { status, headers, body, rest }: Answer,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (outgoing.destroyed) return void rest?.cancel().catch(() => {})
  // What was not read of a refused body would be taken for the next request.
  if (!incoming.complete) outgoing.setHeader('connection', 'close')
  const bytes = Buffer.from(body, 'latin1')
  const bare = incoming.method === 'HEAD' || status === 204 || status === 304
  for (const [name, value] of headers) outgoing.appendHeader(name, value)
  outgoing.statusCode = status
  if (!rest) {
    if (!bare) outgoing.setHeader('content-length', bytes.length)
    outgoing.end(bare ? undefined : bytes)
    return
  }
  // Either side may break off; the other is told.
  await pipeline(Readable.fromWeb(rest as NodeStream), outgoing).catch(() => {})
}
