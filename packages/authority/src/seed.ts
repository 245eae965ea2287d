import { isMap } from 'yaml'
import type {
  AgentOptions,
  AuthorityOptions,
  LimitOptions,
  RateOptions,
  ResourceOptions,
  UserOptions,
  WebhookOptions,
} from './options.ts'
import { riskTable } from './rules.ts'
import { isSecretHash } from './secret-hash.ts'
import { type Place, Reading } from './seed/reading.ts'
import { SeedError } from './seed/seed-error.ts'
import { present, type Values, valuesOf } from './seed/values.ts'
import { WEBHOOK_EVENTS } from './webhook-events.ts'

export { hashSecret } from './secret-hash.ts'
export { type Place, Reading } from './seed/reading.ts'
export { SeedError, type SeedProblem } from './seed/seed-error.ts'
export { present, type Values, valuesOf } from './seed/values.ts'

/** What a seed file says; whoever serves adds `store`, and `url` where the file names none. */
export type SeedOptions = Omit<AuthorityOptions, 'url' | 'store' | 'clock' | 'keys'> & {
  readonly url?: string
}

const RISKS = ['low', 'medium', 'high', 'critical'] as const

/**
 * Reads a seed file, YAML or JSON: the organization, its agents, users, resources, rules and limits.
 * @throws {SeedError} that names every problem with its line.
 */
export const readSeed = (text: string, filename = 'seed'): SeedOptions => {
  const reading = new Reading(text)
  if (reading.problems.length > 0) throw new SeedError(filename, reading.problems)
  const values = valuesOf(reading)
  const at = reading.members(reading.root, [
    'organization',
    'url',
    'hosts',
    'agents',
    'users',
    'resources',
    'rules',
    'limits',
    'rates',
    'webhooks',
    'self_approval',
    'loopback_callbacks',
  ])
  const org = values.required(at('organization'))
  const options = present({
    org: org ?? '',
    url: values.text(at('url')),
    hosts: values.texts(at('hosts')),
    agents: unique(reading, at('agents'), 'id', (place) => readAgent(reading, values, place)),
    users: unique(reading, at('users'), 'id', (place) => readUser(reading, values, place)),
    resources:
      at('resources').node === null
        ? undefined
        : unique(reading, at('resources'), 'audience', (place) =>
            readResource(reading, values, place),
          ),
    rules: readRules(reading, values, at('rules')),
    limits: readLimitMembers(reading, values, at('limits')),
    rates: readRateMembers(reading, values, at('rates')),
    webhooks:
      at('webhooks').node === null
        ? undefined
        : unique(reading, at('webhooks'), 'url', (place) => readWebhook(reading, values, place)),
    selfApproval: values.flag(at('self_approval')),
    loopbackCallbacks: values.flag(at('loopback_callbacks')),
  })
  if (reading.problems.length > 0) {
    const problems = reading.problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
    throw new SeedError(filename, problems)
  }
  return options
}

/** The items of a list, each name of which may be there once. */
const unique = <T extends object>(
  reading: Reading,
  list: Place,
  name: keyof T & string,
  read: (place: Place) => T,
): readonly T[] => {
  const seen = new Set<unknown>()
  return reading.items(list).map((place) => {
    const item = read(place)
    if (item[name] !== '' && seen.has(item[name]))
      reading.complain(place, `Another one has this ${name}.`)
    seen.add(item[name])
    return item
  })
}

const readCredential = (reading: Reading, values: Values, at: (name: string) => Place) => {
  const secret = values.text(at('secret'))
  const secretHash = values.text(at('secret_hash'))
  if (secretHash !== undefined && !isSecretHash(secretHash))
    reading.complain(at('secret_hash'), 'This is no hash that `hashSecret` made.')
  if (secretHash !== undefined && secret !== undefined)
    reading.complain(at('secret_hash'), 'There is a `secret` as well: keep one of the two.')
  return { secret, secretHash }
}

const readAgent = (reading: Reading, values: Values, place: Place): AgentOptions => {
  const at = reading.members(place, [
    'id',
    'secret',
    'secret_hash',
    'name',
    'scope',
    'acts_for_users',
    'callbacks',
    'budget',
  ])
  const { secret, secretHash } = readCredential(reading, values, at)
  if (at('secret').node === null && at('secret_hash').node === null)
    reading.complain(at('secret'), 'Missing: give `secret`, or `secret_hash`.')
  const readCallbacks = () => {
    const inside = reading.members(at('callbacks'), ['origins', 'secret'])
    const origins = values.texts(inside('origins')) ?? []
    if (origins.length === 0) reading.complain(inside('origins'), 'Name at least one origin.')
    return { origins, secret: values.required(inside('secret')) ?? '' }
  }
  const readBudget = () => {
    const inside = reading.members(at('budget'), ['tokens', 'per'])
    const tokens = values.count(inside('tokens'))
    const periodMs = values.duration(inside('per'))
    if (tokens === undefined) reading.complain(inside('tokens'), 'Missing or no number.')
    if (periodMs === undefined) reading.complain(inside('per'), 'Missing or no time.')
    return { tokens: tokens ?? 0, periodMs: periodMs ?? 1 }
  }
  return present({
    id: values.required(at('id')) ?? '',
    secret,
    secretHash,
    name: values.text(at('name')),
    scope: values.text(at('scope')),
    actsForUsers: values.flag(at('acts_for_users')),
    callbacks: at('callbacks').node === null ? undefined : readCallbacks(),
    budget: at('budget').node === null ? undefined : readBudget(),
  }) as AgentOptions
}

const readUser = (reading: Reading, values: Values, place: Place): UserOptions => {
  const at = reading.members(place, ['id', 'email', 'rights', 'scope', 'password_hash'])
  const passwordHash = values.text(at('password_hash'))
  if (passwordHash !== undefined && !isSecretHash(passwordHash))
    reading.complain(at('password_hash'), 'This is no hash that `hashSecret` made.')
  return present({
    id: values.required(at('id')) ?? '',
    email: values.required(at('email')) ?? '',
    rights: values.texts(at('rights')),
    passwordHash,
    scope: values.text(at('scope')),
  }) as UserOptions
}

const readWebhook = (reading: Reading, values: Values, place: Place): WebhookOptions => {
  const at = reading.members(place, ['url', 'secret', 'events', 'allow_private'])
  const items = at('events').node === null ? undefined : reading.items(at('events'))
  return present({
    url: values.required(at('url')) ?? '',
    secret: values.required(at('secret')) ?? '',
    events: items?.flatMap((item) => values.oneOf(item, WEBHOOK_EVENTS) ?? []),
    allowPrivate: values.flag(at('allow_private')),
  }) as WebhookOptions
}

const readResource = (reading: Reading, values: Values, place: Place): ResourceOptions => {
  if (!isMap(place.node)) return { audience: values.required(place) ?? '' }
  const at = reading.members(place, ['audience', 'secret', 'secret_hash'])
  return present({
    audience: values.required(at('audience')) ?? '',
    ...readCredential(reading, values, at),
  }) as ResourceOptions
}

const readRules = (reading: Reading, values: Values, place: Place) => {
  if (place.node === null) return undefined
  const at = reading.members(place, ['types', 'actions', 'grant_up_to'])
  const levels = (inside: Place) => {
    if (inside.node === null) return undefined
    const names = reading.names(inside)
    const member = reading.members(inside, [])
    return Object.fromEntries(
      names.flatMap((name) => {
        const level = values.oneOf(member(name), RISKS)
        return level === undefined ? [] : [[name, level]]
      }),
    )
  }
  return riskTable(
    present({
      types: levels(at('types')),
      actions: levels(at('actions')),
      grantUpTo: values.oneOf(at('grant_up_to'), [...RISKS, 'none']),
    }),
  )
}

const readLimitMembers = (
  reading: Reading,
  values: Values,
  place: Place,
): LimitOptions | undefined => {
  if (place.node === null) return undefined
  const times = {
    task: 'taskMs',
    pending: 'pendingMs',
    redeem: 'redeemMs',
    keep: 'keepMs',
    session: 'sessionMs',
    session_idle: 'sessionIdleMs',
  } as const
  const seconds = {
    token: 'tokenSeconds',
    min_token: 'minTokenSeconds',
    max_token: 'maxTokenSeconds',
    base_token: 'baseTokenSeconds',
  } as const
  const counts = {
    open_requests: 'openRequests',
    details: 'details',
    feeds: 'feeds',
    denials: 'denials',
    risk_score: 'riskScore',
  } as const
  const at = reading.members(place, [
    ...Object.keys(times),
    ...Object.keys(seconds),
    ...Object.keys(counts),
  ])
  const read = (
    table: Readonly<Record<string, string>>,
    one: (inside: Place) => number | undefined,
  ) => Object.entries(table).map(([name, option]) => [option, one(at(name))] as const)
  const inSeconds = (inside: Place) => {
    const ms = values.duration(inside)
    if (ms === undefined || ms % 1000 === 0) return ms === undefined ? ms : ms / 1000
    return reading.complain(inside, 'Expected whole seconds.')
  }
  return present(
    Object.fromEntries([
      ...read(times, values.duration),
      ...read(seconds, inSeconds),
      ...read(counts, values.count),
    ]),
  )
}

const readRateMembers = (
  reading: Reading,
  values: Values,
  place: Place,
): RateOptions | undefined => {
  if (place.node === null) return undefined
  const names = {
    token: 'token',
    jit: 'jit',
    introspect: 'introspect',
    failures: 'failures',
    sign_in: 'signIn',
  } as const
  const at = reading.members(place, Object.keys(names))
  const rates = Object.entries(names).map(([name, option]) => [option, values.count(at(name))])
  return present(Object.fromEntries(rates))
}
