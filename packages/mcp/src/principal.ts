import type { AuthInfo, ServerContext } from '@modelcontextprotocol/server'

/** Whoever comes in where nobody is asked who they are: over stdio, or on a socket without `auth`. */
export const LOCAL = 'local'

/** Who calls, as was verified before the call came in. Two users of one OAuth client are two. */
export function principalOf(context: ServerContext): string {
  const info = context.http?.authInfo
  return info === undefined ? LOCAL : nameOf(info)
}

function nameOf({ clientId, extra }: AuthInfo): string {
  const { principal, subject, sub = subject } = extra ?? {}
  if (typeof principal === 'string') return principal
  return typeof sub === 'string' ? JSON.stringify([clientId, sub]) : clientId
}

/** What the client calls its run. It never stands alone: a run is a principal's. */
export function runOf(context: ServerContext): string {
  return context.http?.req?.headers.get('x-lumojit-run') ?? ''
}
