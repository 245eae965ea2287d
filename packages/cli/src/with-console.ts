import { type ListenOptions, type RunningAuthority, serveAuthority } from '@lumojit/authority/node'
import { type Console, consoleUrls, createConsole } from '@lumojit/console'

/** Serves an authority with the pages for people; an agent that waits is told the page of its request. */
export async function serveWithConsole(
  options: Parameters<typeof serveAuthority>[0],
  listen: Pick<ListenOptions, 'host' | 'port'>,
): Promise<RunningAuthority> {
  // Known once the port is bound, and not asked for before.
  let request = consoleUrls('http://127.0.0.1').request
  let pages: Console | undefined
  const running = await serveAuthority(
    { ...options, approvalUri: ({ requestId }) => request(requestId) },
    {
      ...listen,
      mount: (authority) => {
        request = consoleUrls(authority.url).request
        const made = createConsole({ authority })
        pages = made
        return (asked) => made.fetch(asked)
      },
    },
  )
  // A live page is a connection that ends only when somebody ends it.
  const close = () => {
    pages?.close()
    return running.close()
  }
  return { ...running, close }
}
