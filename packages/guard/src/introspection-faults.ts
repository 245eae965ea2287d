import { UnexpectedStatus } from './fetch-json.ts'
import { GuardError } from './guard-error.ts'

export const notOffered = () =>
  new GuardError(
    'INTROSPECTION_NOT_OFFERED',
    "The authority's metadata names no introspection_endpoint.",
    'Name it as introspection.endpoint, or leave introspection out.',
  )

export const unreadable = (url: string) =>
  new GuardError(
    'INTROSPECTION_UNREADABLE',
    'The introspection endpoint did not say whether the token is active.',
    `See that ${url} answers as RFC 7662 §2.2 has it.`,
  )

/** 400, 401 and 403 are how a server turns a client away (RFC 6749 §5.2, RFC 7662 §2.3); the rest may pass by itself. */
export const refusedOrUnreachable = (url: string, cause: unknown) =>
  cause instanceof UnexpectedStatus && [400, 401, 403].includes(cause.status)
    ? new GuardError(
        'INTROSPECTION_REFUSED',
        'The authority does not let this API introspect.',
        'Check introspection.clientId and clientSecret: they are those of this API at the authority, not of an agent.',
        cause,
      )
    : new GuardError(
        'INTROSPECTION_UNREACHABLE',
        'The authority cannot be asked about tokens at the moment.',
        `See that ${url} answers 200 with JSON from where this API runs.`,
        cause,
      )
