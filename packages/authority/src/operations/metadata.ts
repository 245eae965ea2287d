import type { Context } from '../context.ts'

/** RFC 8414 §2, with `lumojit_capabilities` for what goes beyond LumoAuth's wire. */
export const metadata = ({ configuration: { issuer } }: Context) => ({
  issuer,
  token_endpoint: `${issuer}/oauth/token`,
  introspection_endpoint: `${issuer}/oauth/introspect`,
  revocation_endpoint: `${issuer}/oauth/revoke`,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  grant_types_supported: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
  response_types_supported: [],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  resource_indicators_supported: true,
  lumojit_capabilities: {
    many_details: true,
    scope: false,
    binds_audience: true,
    reuse: true,
    wait: true,
    revoke_request: true,
    /** Sign-in of people, and the endpoints beside it. */
    human_side: true,
    sign_in_endpoint: `${issuer}/jit/sign-in`,
    events_endpoint: `${issuer}/jit/events`,
  },
})
