import { decodeBase64 } from '@lumojit/protocol'
import { authenticateBearer } from '../authenticate.ts'
import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { Client } from '../directory.ts'
import { OperationError } from '../operation-error.ts'
import type { Members } from './read-body.ts'

/** RFC 6750 §2.1: the header only, never a query or a body. */
export const bearerCaller = (context: Context, request: Request): Promise<Caller> =>
  authenticateBearer(
    context,
    request.headers.get('authorization')?.match(/^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i)?.[1],
  )

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

/** client_secret_basic or client_secret_post; not both at once. */
export const authenticateClient = (
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
    return context.directory.authenticateClient(basicId, basicSecret)
  }
  if (typeof id !== 'string' || typeof secret !== 'string')
    throw invalidClient('There are no client credentials.')
  return context.directory.authenticateClient(id, secret)
}
