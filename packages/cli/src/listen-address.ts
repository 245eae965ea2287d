import { InvalidArgumentError } from 'commander'

export interface ListenAddress {
  readonly host: string
  readonly port: number
  /** Nobody but programs of this machine reaches it. */
  readonly loopback: boolean
}

/** `host:port`, `[::1]:8080`, or a port alone, which is one of 127.0.0.1. */
export function readListen(text: string): ListenAddress {
  const [, named = '127.0.0.1', digits] =
    /^(?:(\[[\da-f:.]+\]|[^\s:[\]]+):)?(\d{1,5})$/i.exec(text) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65_535)
    throw new InvalidArgumentError('Expected host:port, such as 127.0.0.1:8080.')
  const host = named.replace(/^\[|\]$/g, '')
  return { host, port, loopback: /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/i.test(host) }
}
