import { requireText } from '../input.ts'
import { OperationError } from '../operation-error.ts'
import { introspect } from '../operations/introspect.ts'
import { issueAgentToken } from '../operations/issue-agent-token.ts'
import { revokeToken } from '../operations/revoke-token.ts'
import type { Call } from './call.ts'
import { authenticateClient } from './credentials.ts'
import { readForm } from './read-body.ts'

export const postOauthToken = async ({ context, request }: Call) => {
  const body = await readForm(request)
  const client = await authenticateClient(context, request, body)
  const grantType = requireText('grant_type', body.grant_type, 255)
  if (grantType !== 'client_credentials')
    throw new OperationError('unsupported_grant_type', 'Only client_credentials is served.')
  if (client.kind !== 'agent') throw new OperationError('invalid_client', 'The client is no agent.')
  const { accessToken, expiresIn, scope } = await issueAgentToken(context, {
    agentId: client.id,
    scope: body.scope,
    resource: body.resource,
  })
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
    ...(scope !== undefined && { scope }),
  }
}

export const postIntrospect = async ({ context, request }: Call) => {
  const body = await readForm(request)
  const client = await authenticateClient(context, request, body)
  return introspect(context, { client, token: requireText('token', body.token, 16_384) })
}

export const postRevoke = async ({ context, request }: Call) => {
  const body = await readForm(request)
  const client = await authenticateClient(context, request, body)
  await revokeToken(context, { client, token: requireText('token', body.token, 16_384) })
  return {}
}
