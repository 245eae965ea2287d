import { lookup as resolve } from 'node:dns'
import { type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isLoopbackAddress, isPrivateAddress, isPublicAddress } from './public-address.ts'

/** PORT: sends one wake-up, and gives the status it was answered with. Rejects when nothing answered. */
export type PostCallback = (
  url: string,
  message: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
) => Promise<number>

const TIMEOUT_MS = 5_000

/**
 * Posts to the public internet only. The address is judged in the very lookup the connection uses, so
 * that a name which changes its mind between two lookups gains nothing; redirects are not followed.
 */
export const createPostCallback = ({
  loopback,
  anywhere = false,
  lookup = resolve,
}: {
  /** For development: loopback, and plain http to it. */
  readonly loopback: boolean
  /** Private addresses too: for a receiver that whoever runs the authority has named. */
  readonly anywhere?: boolean
  readonly lookup?: typeof resolve
}): PostCallback => {
  const allowed = (address: string) =>
    isPublicAddress(address) ||
    (anywhere && isPrivateAddress(address)) ||
    (loopback && isLoopbackAddress(address))

  const guarded: LookupFunction = (hostname, options, done) =>
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '', 0)
      const addresses = found.filter(({ address }) => allowed(address))
      const [first] = addresses
      // One private address among public ones is a trick, not a choice.
      if (!first || addresses.length < found.length) return done(notPublic(), '', 0)
      return options.all ? done(null, addresses) : done(null, first.address, first.family)
    })

  return (url, { body, headers }) =>
    new Promise((settle, reject) => {
      const target = new URL(url)
      const literal = target.hostname.replace(/^\[|\]$/g, '')
      // A literal address is connected to without any lookup.
      if (isIP(literal) !== 0 && !allowed(literal)) return reject(notPublic())
      if (target.protocol !== 'https:' && !(loopback && target.protocol === 'http:'))
        return reject(new Error('A callback goes over https.'))
      const options: RequestOptions = {
        method: 'POST',
        lookup: guarded,
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'lumojit-authority',
        },
      }
      const send = target.protocol === 'https:' ? requestHttps : requestHttp
      const outgoing = send(target, options, (answer) => {
        // Only that it answered matters; what it says is never read.
        answer.destroy()
        settle(answer.statusCode ?? 0)
      })
      outgoing.on('socket', (socket) => {
        const check = () => {
          if (!allowed(socket.remoteAddress ?? '')) outgoing.destroy(notPublic())
        }
        if (socket.connecting) socket.once('connect', check)
        else check()
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
}

const notPublic = () =>
  Object.assign(new Error('The callback leads to an address that is not public.'), {
    code: 'ADDRESS_NOT_PUBLIC',
  })
