import type { AuthorizationDetails } from '@lumojit/protocol'

/** Says what a request needs and what doing it means. */
export interface Route {
  /** Undefined: any valid token will do. */
  needs(request: { readonly path: string; readonly body: string }): AuthorizationDetails | undefined
  /** The answer's JSON. */
  answer(request: {
    readonly path: string
    readonly body: string
    readonly bearer: string
  }): unknown
}

/** What Acme offers. Risk, by the documented table: reads are low, writes medium, user data and payments critical. */
export function routeFor(method: string, path: string): Route | undefined {
  const [, v, kind, id, part] = path.split('/')
  if (v !== 'v1' || kind === undefined) return undefined
  const name = id === undefined ? undefined : decodeURIComponent(id)
  switch (`${method} ${kind}${part === undefined ? '' : `/${part}`}`) {
    case 'GET documents':
    case 'HEAD documents':
      return name === undefined
        ? undefined
        : simple('file_access', ['read'], name, { text: `text of ${name}` })
    case 'POST documents/summaries':
      return name === undefined ? undefined : simple('file_access', ['write'], name, { done: true })
    case 'GET vault':
      return name === undefined
        ? undefined
        : simple('user_data', ['read'], name, { secret: `about ${name}` })
    case 'DELETE documents':
      return name === undefined
        ? undefined
        : simple('file_access', ['delete'], name, { done: true })
    case 'POST payments':
      return {
        needs: ({ body }) => [
          { type: 'payment', actions: ['initiate'], identifier: invoiceOf(body) },
        ],
        answer: ({ body }) => ({ paid: invoiceOf(body) }),
      }
    case 'GET echo':
      return {
        needs: () => [{ type: 'file_access', actions: ['read'], identifier: 'echo' }],
        answer: ({ bearer }) => ({ bearer, nested: [{ header: `Bearer ${bearer}` }] }),
      }
    case 'GET free':
      return { needs: () => undefined, answer: () => ({ free: true }) }
    default:
      return undefined
  }
}

function simple(type: string, actions: string[], identifier: string, answer: unknown): Route {
  return { needs: () => [{ type, actions, identifier }], answer: () => answer }
}

function invoiceOf(body: string): string {
  try {
    const { invoice } = JSON.parse(body) as { invoice?: unknown }
    return typeof invoice === 'string' ? invoice : 'unnamed'
  } catch {
    return 'unnamed'
  }
}
