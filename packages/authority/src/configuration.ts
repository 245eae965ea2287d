import { agentSlug } from './agent-slug.ts'
import { readAudience } from './audience.ts'
import { systemClock } from './clock.ts'
import { ConfigurationError } from './configuration-error.ts'
import type { Credential } from './credentials.ts'
import { readLimits, readRates } from './limits.ts'
import type {
  AuthorityOptions,
  CallbackOptions,
  ResourceOptions,
  WebhookOptions,
} from './options.ts'
import { isSecretHash } from './secret-hash.ts'
import { DEFAULT_EVENTS, WEBHOOK_EVENTS } from './webhook-events.ts'

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)

const readUrl = (text: string): URL => {
  const fix = 'Give its origin, for example https://auth.example.com or http://127.0.0.1:4000.'
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ConfigurationError('`url` is not an http or https URL.', fix)
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password)
    throw new ConfigurationError('`url` holds more than an origin.', fix)
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new ConfigurationError('`url` is plain http on a name that is no loopback.', fix)
  return url
}

const requireUnique = (what: string, names: readonly string[]) => {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new ConfigurationError(`${what} "${twice}" is there twice.`, `Make each ${what} unique.`)
  if (names.some((name) => typeof name !== 'string' || name === '' || name.length > 255))
    throw new ConfigurationError(`A ${what} is empty or too long.`, 'Use 1 to 255 characters.')
}

const requireCredential = (who: string, { secret, secretHash }: Credential) => {
  if ((secret === undefined || secret === '') && secretHash === undefined)
    throw new ConfigurationError(
      `${who} has no secret.`,
      'Give it one, best 32 random bytes as text.',
    )
  if (secretHash !== undefined && (secret !== undefined || !isSecretHash(secretHash)))
    throw new ConfigurationError(
      `${who} has a secret hash that cannot be used.`,
      'Give either `secret`, or as `secretHash` what `hashSecret` makes of it.',
    )
}

const isWebhookSecret = (secret: string): boolean =>
  /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/.test(secret)

const readWebhooks = (webhooks: readonly WebhookOptions[], loopback: boolean) =>
  webhooks.map(({ url: text, secret, events = DEFAULT_EVENTS, allowPrivate = false }) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    const local = loopback && url?.protocol === 'http:' && isLoopback(url.hostname)
    if (!url || (url.protocol !== 'https:' && !local) || url.username || url.password || url.hash)
      throw new ConfigurationError(
        `Webhook "${text}" is no https URL.`,
        'Give scheme, host and path, for example https://hooks.example.com/jit.',
      )
    if (!isWebhookSecret(secret))
      throw new ConfigurationError(
        `The secret of webhook "${text}" cannot be used.`,
        'Give `whsec_` and 24 to 64 random bytes in base64 (Standard Webhooks).',
      )
    const unknown = events.find((event) => !WEBHOOK_EVENTS.includes(event))
    if (unknown !== undefined)
      throw new ConfigurationError(
        `Webhook "${text}" wants to hear of "${unknown}".`,
        `Known: ${WEBHOOK_EVENTS.join(', ')}.`,
      )
    return { url: url.href, secret, events, allowPrivate }
  })

const requireCallbacks = (agent: string, callbacks: CallbackOptions, loopback: boolean) => {
  for (const origin of callbacks.origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined
    const local = loopback && url?.protocol === 'http:' && isLoopback(url.hostname)
    if (url?.origin !== origin || (url.protocol !== 'https:' && !local))
      throw new ConfigurationError(
        `Callback origin "${origin}" of agent "${agent}" is no https origin.`,
        'Give scheme, host and port alone, for example https://agent.example.com.',
      )
  }
  if (!isWebhookSecret(callbacks.secret))
    throw new ConfigurationError(
      `The callback secret of agent "${agent}" cannot be used.`,
      'Give `whsec_` and 24 to 64 random bytes in base64 (Standard Webhooks).',
    )
}

/** Checks every option and fills in the defaults. */
export const readConfiguration = (options: AuthorityOptions) => {
  const url = readUrl(options.url)
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(options.org))
    throw new ConfigurationError(
      '`org` is not a slug.',
      'Use 1 to 63 letters, digits, dots, dashes or underscores, for example acme-corp.',
    )
  const agents = options.agents ?? []
  const users = options.users ?? []
  const resources = options.resources?.map(
    (each): ResourceOptions => (typeof each === 'string' ? { audience: each } : each),
  )
  requireUnique(
    'agent id',
    agents.map((agent) => agentSlug(agent.id)),
  )
  requireUnique(
    'user id',
    users.map((user) => user.id),
  )
  requireUnique(
    'user email',
    users.map((user) => user.email),
  )
  requireUnique(
    'resource audience',
    (resources ?? []).map((resource) => resource.audience),
  )
  // It is also `client_id`, and `aud` of a token for no resource: it must not pass for an audience.
  for (const agent of agents)
    if (URL.canParse(agent.id))
      throw new ConfigurationError(
        `Agent id "${agent.id}" is a URI.`,
        'Use a plain name, for example agt_research-bot.',
      )
  for (const agent of agents) requireCredential(`Agent "${agent.id}"`, agent)
  for (const { id, passwordHash } of users)
    if (passwordHash !== undefined && !isSecretHash(passwordHash))
      throw new ConfigurationError(
        `User "${id}" has a password hash that cannot be used.`,
        'Give what `hashSecret` makes of the password.',
      )
  for (const { id, callbacks } of agents)
    if (callbacks) requireCallbacks(id, callbacks, options.loopbackCallbacks ?? false)
  for (const resource of resources ?? [])
    if (resource.secret !== undefined || resource.secretHash !== undefined)
      requireCredential(`Resource "${resource.audience}"`, resource)
  for (const { audience } of resources ?? [])
    if (readAudience(audience) === undefined)
      throw new ConfigurationError(
        `Resource "${audience}" is no absolute URI without a fragment.`,
        'Name it as its guard does, for example https://api.acme-corp.com.',
      )
  const issuer = `${url.origin}/orgs/${options.org}/api/v1`
  if (resources?.some((resource) => resource.audience === issuer))
    throw new ConfigurationError(
      'A resource has the issuer as its audience.',
      'Its tokens would work at the authority; name the resource by its own URL.',
    )
  for (const host of options.hosts ?? [])
    if (!URL.canParse(`${url.protocol}//${host}`) || /[/?#@]/.test(host))
      throw new ConfigurationError(
        `\`hosts\` entry "${host}" is no host name.`,
        'Give host[:port].',
      )
  for (const key of options.keys ?? [])
    if (key.kty !== 'EC' || key.crv !== 'P-256' || !key.kid || !key.d)
      throw new ConfigurationError(
        'An entry of `keys` is no private ES256 key with a kid.',
        'Give JWKs with kty EC, crv P-256, d and kid.',
      )
  const webhooks = readWebhooks(options.webhooks ?? [], options.loopbackCallbacks ?? false)
  requireUnique(
    'webhook URL',
    webhooks.map(({ url }) => url),
  )
  return {
    url,
    webhooks,
    org: options.org,
    issuer,
    agents,
    users,
    resources,
    limits: readLimits(options.limits),
    rates: readRates(options.rates),
    loopbackCallbacks: options.loopbackCallbacks ?? false,
    failpoint: options.failpoint,
    hosts: options.hosts ?? [],
    selfApproval: options.selfApproval ?? false,
    approvalUri: options.approvalUri,
    clock: options.clock ?? systemClock,
    onTokenIssued: options.onTokenIssued,
  }
}

export type Configuration = ReturnType<typeof readConfiguration>
