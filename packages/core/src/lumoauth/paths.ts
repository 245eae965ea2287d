/** One segment of a path, percent-encoded; undefined for what would name another place (`..`) or none. */
export function pathSegment(value: string): string | undefined {
  try {
    return /^\.{0,2}$/.test(value) ? undefined : encodeURIComponent(value)
  } catch {
    return undefined
  }
}

/** 127.0.0.0/8, [::1] and `localhost`, literally. Takes `URL.hostname`, which has every IPv4 spelling made plain. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(hostname)
}

/** Whether a URL is the organization's own place at the authority, however it is spelled. */
export function ownsUrl(host: URL, org: string, url: URL): boolean {
  if (place(url) !== place(host)) return false
  const [path, root, slug] = [segments(url.pathname), segments(host.pathname), org.toLowerCase()]
  return ['orgs', 't'].some((form) =>
    [...root, form, slug].every((segment, index) => path[index] === segment),
  )
}

/** The scheme is left out on purpose: the same server over http is still the same server. */
function place(url: URL): string {
  const hostname = url.hostname.replace(/\.$/, '')
  return `${isLoopback(hostname) ? 'localhost' : hostname}:${url.port}`
}

/** Decoded as often as a careless proxy might, since `%2e%2e` and `%252F` arrive somewhere in the end. */
function segments(pathname: string): string[] {
  let path = pathname
  for (let round = 0; round < 3; round += 1) {
    try {
      path = decodeURIComponent(path)
    } catch {
      break
    }
  }
  const found: string[] = []
  for (const segment of path.toLowerCase().split(/[/\\]/)) {
    if (segment === '..') found.pop()
    else if (segment && segment !== '.') found.push(segment)
  }
  return found
}
