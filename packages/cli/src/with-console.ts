import { type ListenOptions, type RunningAuthority, serveAuthority } from '@lumojit/authority/node'
import { consoleUrls, createConsole } from '@lumojit/console'

/** Serves an authority with the pages for people; an agent that waits is told the page of its request. */
export function serveWithConsole(
  options: Parameters<typeof serveAuthority>[0],
  listen: Pick<ListenOptions, 'host' | 'port'>,
): Promise<RunningAuthority> {
  // Known once the port is bound, and not asked for before.
  let request = consoleUrls('http://127.0.0.1').request
  return serveAuthority(
    { ...options, approvalUri: ({ requestId }) => request(requestId) },
    {
      ...listen,
      mount: (authority) => {
        request = consoleUrls(authority.url).request
        return createConsole({ authority }).fetch
      },
    },
  )
}
