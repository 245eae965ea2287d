import type { AuthorizationDetails } from '@lumojit/protocol'
import type { Context } from '../context.ts'
import type { Client } from '../directory.ts'
import { type KnownToken, readToken } from '../tokens.ts'

export interface IntrospectInput {
  readonly client: Client
  readonly token: string
}

/** RFC 7662 §2.2, with the members of contract 15.10. Times in Unix seconds. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true
      readonly token_type: 'Bearer'
      readonly client_id?: string
      readonly authorization_details?: AuthorizationDetails
      readonly [claim: string]: unknown
    }

const TOLD = [
  'iss',
  'aud',
  'sub',
  'exp',
  'iat',
  'jti',
  'scope',
  'agent_id',
  'task_id',
  'parent_task_id',
  'jit',
  'jit_request_id',
  'authorization_details',
  'act',
  'cnf',
] as const

/** Whoever may not know of a token is told what is told of an unknown one. */
export const introspect = async (
  context: Context,
  input: IntrospectInput,
): Promise<Introspection> => {
  context.counts.introspections++
  const known = await readToken(context, input.token)
  if (!known?.alive || !mayKnow(context, input.client, known)) return { active: false }
  const told = TOLD.flatMap((name) => (name in known.claims ? [[name, known.claims[name]]] : []))
  const { kind, holder } = known.token
  return {
    active: true,
    token_type: 'Bearer',
    ...(kind !== 'user' && kind !== 'subject' && { client_id: holder }),
    ...Object.fromEntries(told),
  }
}

/** An agent its own tokens; a resource those bound to it, and those bound to no resource. */
const mayKnow = (context: Context, client: Client, { token }: KnownToken): boolean => {
  if (client.kind === 'agent')
    return token.holder === client.id && token.kind !== 'user' && token.kind !== 'subject'
  if (token.kind === 'user' || token.kind === 'subject') return false
  const unbound = [context.configuration.issuer, token.holder]
  return token.audience === client.id || unbound.includes(token.audience)
}
