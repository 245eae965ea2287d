import type { Context } from '../context.ts'
import { readText, requireText } from '../input.ts'
import { OperationError } from '../operation-error.ts'
import { exchangeToken } from '../operations/exchange-token.ts'
import { introspect } from '../operations/introspect.ts'
import { type AgentToken, issueAgentToken } from '../operations/issue-agent-token.ts'
import { revokeToken } from '../operations/revoke-token.ts'
import type { Call } from './call.ts'
import { authenticateClient } from './credentials.ts'
import { type Members, readForm } from './read-body.ts'

const CLIENT_CREDENTIALS = 'client_credentials'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const TOKEN_TYPES = [ACCESS_TOKEN, 'urn:ietf:params:oauth:token-type:jwt']

export const postOauthToken = async ({ context, request }: Call) => {
  const body = await readForm(request)
  const exchanges = body.grant_type === TOKEN_EXCHANGE
  // LumoAuth's SDKs send no credentials with an exchange: there the actor token says who acts.
  const anonymous =
    exchanges && body.client_secret === undefined && !request.headers.has('authorization')
  const client = anonymous ? undefined : await authenticateClient(context, request, body)
  const grantType = requireText('grant_type', body.grant_type, 255)
  if (!exchanges && grantType !== CLIENT_CREDENTIALS)
    throw new OperationError('unsupported_grant_type', 'This grant type is not served.', {
      fix: `Use ${CLIENT_CREDENTIALS} or ${TOKEN_EXCHANGE}.`,
    })
  if (client && client.kind !== 'agent')
    throw new OperationError('invalid_client', 'The client is no agent.')
  if (client) context.rateLimits.count('token', client.id)
  if (exchanges) return exchange(context, body, client?.id)
  const issued = await issueAgentToken(context, {
    agentId: client?.id ?? '',
    scope: body.scope,
    resource: body.resource,
  })
  return presentIssued(issued)
}

const presentIssued = ({ accessToken, expiresIn, scope }: AgentToken) => ({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: expiresIn,
  ...(scope !== undefined && { scope }),
})

const exchange = async (context: Context, body: Members, agentId: string | undefined) => {
  const actorToken = readText('actor_token', body.actor_token, 16_384)
  const subjectToken = requireText('subject_token', body.subject_token, 16_384)
  const types = [requireText('subject_token_type', body.subject_token_type, 255)]
  if (actorToken !== undefined)
    types.push(requireText('actor_token_type', body.actor_token_type, 255))
  if (types.some((type) => !TOKEN_TYPES.includes(type)))
    throw new OperationError('unsupported_token_type', 'Tokens of this type are not exchanged.', {
      fix: `Use ${ACCESS_TOKEN}.`,
    })
  const { scope, resource } = body
  const given = { subjectToken, actorToken, agentId, scope, resource }
  const issued = await exchangeToken(context, given)
  return { ...presentIssued(issued), issued_token_type: ACCESS_TOKEN }
}

export const postIntrospect = async ({ context, request }: Call) => {
  const body = await readForm(request)
  const client = await authenticateClient(context, request, body)
  context.rateLimits.count('introspect', client.id)
  return introspect(context, { client, token: requireText('token', body.token, 16_384) })
}

export const postRevoke = async ({ context, request }: Call) => {
  const body = await readForm(request)
  const client = await authenticateClient(context, request, body)
  context.rateLimits.count('introspect', client.id)
  await revokeToken(context, { client, token: requireText('token', body.token, 16_384) })
  return {}
}
