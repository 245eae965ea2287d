import { decodeBase64 } from '@lumojit/protocol'
import { authenticateBearer } from '../authenticate.ts'
import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { Client } from '../directory.ts'
import { OperationError } from '../operation-error.ts'
import type { Members } from './read-body.ts'

/** RFC 6750 §2.1: the header only, never a query or a body. */
export const bearerOf = (request: Request): string | undefined =>
  request.headers.get('authorization')?.match(/^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i)?.[1]

export const bearerCaller = async (context: Context, request: Request): Promise<Caller> => {
  const caller = await authenticateBearer(context, bearerOf(request))
  context.rateLimits.count('jit', 'agent' in caller ? `a ${caller.agent}` : `u ${caller.user}`)
  return caller
}

const invalidClient = (message: string) => new OperationError('invalid_client', message)

const formDecode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalidClient('The Basic credentials are not form-encoded.')
  }
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined. */
const readBasic = (header: string): readonly [id: string, secret: string] => {
  const bytes = decodeBase64(header.replace(/^Basic +/i, '').trim())
  const text = bytes === undefined ? '' : new TextDecoder().decode(bytes)
  const colon = text.indexOf(':')
  if (colon < 0) throw invalidClient('The Basic credentials cannot be read.')
  return [formDecode(text.slice(0, colon)), formDecode(text.slice(colon + 1))]
}

/**
 * Wrong secrets are counted by the name they were tried for. Past the limit none is hashed any more, but a
 * secret already seen to be right still is: nobody locks a client out by guessing at its door.
 */
const authenticate = async (context: Context, id: string, secret: string): Promise<Client> => {
  try {
    context.rateLimits.require('failures', id)
  } catch (error) {
    const known = await context.directory.recognizeClient(id, secret)
    if (known) return known
    throw error
  }
  try {
    return await context.directory.authenticateClient(id, secret)
  } catch (error) {
    context.rateLimits.count('failures', id)
    throw error
  }
}

/** client_secret_basic or client_secret_post; not both at once. */
export const authenticateClient = async (
  context: Context,
  request: Request,
  body: Members,
): Promise<Client> => {
  const header = request.headers.get('authorization')
  const { client_id: id, client_secret: secret } = body
  if (header !== null && /^Basic /i.test(header)) {
    const [basicId, basicSecret] = readBasic(header)
    if (secret !== undefined || (id !== undefined && id !== basicId))
      throw new OperationError('invalid_request', 'The client authenticates in two ways at once.')
    return authenticate(context, basicId, basicSecret)
  }
  if (typeof id !== 'string' || typeof secret !== 'string')
    throw invalidClient('There are no client credentials.')
  return authenticate(context, id, secret)
}
