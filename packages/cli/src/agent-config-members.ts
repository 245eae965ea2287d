import { type Place, present, type Reading, type Values } from '@lumojit/authority/seed'
import type { JitOptions, LumoAuthOptions } from '@lumojit/core'
import type { GatewayOptions, OpenApiOptions } from '@lumojit/mcp'
import type { Resource } from '@lumojit/protocol'
import { isMap } from 'yaml'

/** The agent's side of a command: who asks, whom, for which APIs. */
export interface AgentConfig {
  readonly authority: LumoAuthOptions
  readonly resources: readonly [Resource, ...Resource[]]
  readonly onBehalfOf?: string
  readonly taskName?: string
  readonly pending?: NonNullable<GatewayOptions['pending']>
  readonly maxBlockMs?: number
  readonly ttlSeconds?: number
  readonly budget?: NonNullable<JitOptions['budget']>
  readonly gateway?: GatewayConfig
  readonly openapi?: Pick<OpenApiOptions, 'baseUrl' | 'include' | 'exclude' | 'prefix' | 'maxTools'>
}

export interface GatewayConfig {
  readonly name?: string
  readonly instructions?: string
  readonly idleMs?: number
  readonly parkMs?: number
  readonly hosts?: readonly string[]
  readonly origins?: readonly string[]
  readonly auth?: GatewayAuthConfig
}

/** Either tokens of an authority, or tokens that were given to a few programs. */
export interface GatewayAuthConfig {
  readonly resource: string
  readonly issuer?: string
  readonly clients?: readonly { readonly id: string; readonly token: string }[]
}

/** Where secrets come from: never out of the file itself, which is made to be shared. */
export interface SecretSources {
  env(name: string): string | undefined
  /** By a path relative to the file. */
  file(name: string): string | undefined
}

const MEMBERS = [
  '$schema',
  'authority',
  'organization',
  'client_id',
  'client_secret',
  'resources',
  'on_behalf_of',
  'task_name',
  'pending',
  'max_block',
  'ttl',
  'budget',
  'gateway',
  'openapi',
]

/** What the file says. Problems are left with `reading`; what has one is absent here. */
export function readAgentConfig(
  reading: Reading,
  values: Values,
  secrets: SecretSources,
): AgentConfig {
  const at = reading.members(reading.root, MEMBERS)
  const secret = (place: Place) => readSecret(reading, values, place, secrets)
  const ttlMs = values.duration(at('ttl'))
  if (ttlMs !== undefined && (ttlMs % 1000 !== 0 || ttlMs > 900_000))
    reading.complain(at('ttl'), 'Expected whole seconds, at most 15m.')
  return present({
    authority: present({
      url: values.text(at('authority')) ?? secrets.env('LUMOAUTH_URL'),
      org:
        values.text(at('organization')) ??
        secrets.env('LUMOAUTH_ORG_ID') ??
        secrets.env('LUMOAUTH_TENANT'),
      clientId: values.text(at('client_id')) ?? secrets.env('AGENT_CLIENT_ID'),
      clientSecret:
        at('client_secret').node === null
          ? secrets.env('AGENT_CLIENT_SECRET')
          : secret(at('client_secret')),
    }),
    resources: readResources(reading, values, at('resources')),
    onBehalfOf: values.text(at('on_behalf_of')),
    taskName: values.text(at('task_name')),
    pending: values.oneOf(at('pending'), ['auto', 'elicit', 'block', 'result']),
    maxBlockMs: values.duration(at('max_block')),
    ttlSeconds: ttlMs === undefined ? undefined : ttlMs / 1000,
    budget: ifThere(at('budget'), (place) => {
      const inside = reading.members(place, ['requests', 'open'])
      return present({
        requests: values.count(inside('requests')),
        open: values.count(inside('open')),
      })
    }),
    gateway: ifThere(at('gateway'), (place) => readGateway(reading, values, place, secret)),
    openapi: ifThere(at('openapi'), (place) => {
      const inside = reading.members(place, [
        'base_url',
        'include',
        'exclude',
        'prefix',
        'max_tools',
      ])
      return present({
        baseUrl: values.text(inside('base_url')),
        include: values.texts(inside('include')),
        exclude: values.texts(inside('exclude')),
        prefix: values.text(inside('prefix')),
        maxTools: values.count(inside('max_tools')),
      })
    }),
  }) as AgentConfig
}

function readResources(
  reading: Reading,
  values: Values,
  list: Place,
): readonly [Resource, ...Resource[]] {
  const resources = reading.items(list).map((place) => {
    if (!isMap(place.node)) return { url: values.required(place) ?? '' }
    const inside = reading.members(place, ['url', 'audience', 'types', 'base_token'])
    return present({
      url: values.required(inside('url')) ?? '',
      audience: values.text(inside('audience')),
      types: values.texts(inside('types')),
      baseToken: values.oneOf(inside('base_token'), ['audience', 'shared', 'none']),
    }) as Resource
  })
  if (resources.length === 0) reading.complain(list, 'List at least one API that takes tokens.')
  return resources as unknown as readonly [Resource, ...Resource[]]
}

function readGateway(
  reading: Reading,
  values: Values,
  place: Place,
  secret: (place: Place) => string | undefined,
): GatewayConfig {
  const at = reading.members(place, [
    'name',
    'instructions',
    'idle',
    'park',
    'hosts',
    'origins',
    'auth',
  ])
  return present({
    name: values.text(at('name')),
    instructions: values.text(at('instructions')),
    idleMs: values.duration(at('idle')),
    parkMs: values.duration(at('park')),
    hosts: values.texts(at('hosts')),
    origins: values.texts(at('origins')),
    auth: ifThere(at('auth'), (auth) => readAuth(reading, values, auth, secret)),
  }) as GatewayConfig
}

function readAuth(
  reading: Reading,
  values: Values,
  place: Place,
  secret: (place: Place) => string | undefined,
): GatewayAuthConfig {
  const at = reading.members(place, ['resource', 'issuer', 'clients'])
  if ((at('issuer').node === null) === (at('clients').node === null))
    reading.complain(
      at('issuer'),
      'Give `issuer`, whose tokens are taken, or `clients`: one of the two.',
    )
  return present({
    resource: values.required(at('resource')) ?? '',
    issuer: values.text(at('issuer')),
    clients:
      at('clients').node === null
        ? undefined
        : reading.items(at('clients')).map((client) => {
            const inside = reading.members(client, ['id', 'token'])
            return { id: values.required(inside('id')) ?? '', token: secret(inside('token')) ?? '' }
          }),
  }) as GatewayAuthConfig
}

/** `{ "env": NAME }` or `{ "file": PATH }`. */
function readSecret(
  reading: Reading,
  values: Values,
  place: Place,
  secrets: SecretSources,
): string | undefined {
  if (!isMap(place.node))
    return reading.complain(
      place,
      'Expected { "env": NAME } or { "file": PATH }: a secret does not stand in this file.',
    )
  const at = reading.members(place, ['env', 'file'])
  const [env, file] = [values.text(at('env')), values.text(at('file'))]
  if ((env === undefined) === (file === undefined))
    return reading.complain(place, 'Expected `env` or `file`, one of the two.')
  const found = env === undefined ? secrets.file(file as string) : secrets.env(env)
  if (found !== undefined) return found
  const which = env === undefined ? `The file ${file}` : `The variable ${env}`
  return reading.complain(
    at(env === undefined ? 'file' : 'env'),
    `${which} is not there, or empty.`,
  )
}

const ifThere = <T>(place: Place, read: (place: Place) => T): T | undefined =>
  place.node === null ? undefined : read(place)
