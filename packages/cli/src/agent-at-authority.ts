import type { Command } from 'commander'
import { environmentOf, exportLines } from './environment.ts'
import { inert } from './output/inert.ts'
import { ago, left } from './output/span.ts'
import { styleOf } from './output/style.ts'
import { table } from './output/table.ts'
import { openDesk } from './people/desk.ts'
import { asPerson, limitOption, readPages } from './people/page.ts'
import type { PlaceOptions } from './people/place.ts'
import type { AgentItem } from './people/wire.ts'
import { andMore, nameOf } from './people/words.ts'
import type { Surroundings } from './surroundings.ts'

interface AtAuthority extends PlaceOptions {
  readonly json?: boolean
}

/** What is done to the agents of an authority that runs. */
export function registerAtAuthority(agent: Command, around: Surroundings): void {
  asPerson(
    agent.command('list').summary('the agents of an authority that runs').addOption(limitOption()),
    'lumojit agent list',
  ).action((options) => list(options, around))
  asPerson(
    agent
      .command('suspend <id>')
      .summary('stop an agent: its tokens are dead at once, and it gets no new ones')
      .option('--reason <text>', 'for the audit'),
    "lumojit agent suspend research-bot --reason 'it asked for payroll'",
  ).action((id, options) => suspend(id, options, around))
  asPerson(
    agent.command('resume <id>').summary('let a suspended agent go on'),
    'lumojit agent resume research-bot',
  ).action((id, options) => resume(id, options, around))
}

interface Told {
  readonly agent: AgentItem
  readonly client_secret: string
  readonly old_works_until?: string
}

/** Made there and then: no restart is needed, and no file knows it. */
export async function createThere(
  { id, name, ...command }: AtAuthority & { readonly id: string; readonly name?: string },
  around: Surroundings,
): Promise<void> {
  const { place, post } = openDesk(command, around)
  const told = await post<Told>('/jit/agents', {
    agent_id: id,
    ...(name !== undefined && { name }),
  })
  tell({ ...command, id, did: 'made', ...place }, told, around)
}

export async function rotateThere(
  {
    id,
    compromised,
    ...command
  }: AtAuthority & { readonly id: string; readonly compromised?: boolean },
  around: Surroundings,
): Promise<void> {
  const { place, post } = openDesk(command, around)
  const path = `/jit/agents/${encodeURIComponent(id)}/rotate`
  const told = await post<Told>(path, compromised ? { compromised } : {})
  tell({ ...command, id, did: 'rotated', ...place }, told, around)
}

function tell(
  {
    id,
    json,
    did,
    host,
    org,
  }: { id: string; json?: boolean; did: string; host: string; org: string },
  { client_secret: secret, old_works_until: until }: Told,
  around: Surroundings,
): void {
  const environment = environmentOf({ url: host, org, agentId: id, secret })
  if (json) {
    const more = until === undefined ? {} : { oldWorksUntil: until }
    around.write(`${JSON.stringify({ agent: id, url: host, org, environment, ...more })}\n`)
    return
  }
  const old =
    until === undefined
      ? ''
      : Date.parse(until) > around.now()
        ? `\nThe secret before it works for ${left(Date.parse(until), around.now())} more; --compromised ends it at once.\n`
        : '\nThe secret before it is dead.\n'
  around.write(
    `Agent ${inert(id)} ${did} at ${host}. Its secret is shown this once.\n\n${exportLines(environment)}${old}`,
  )
}

async function list(command: AtAuthority & { readonly limit: number }, around: Surroundings) {
  const desk = openDesk(command, around)
  const { items, more, total } = await readPages<AgentItem>(desk, '/jit/agents', command.limit)
  if (command.json) {
    for (const item of items) around.write(`${JSON.stringify({ type: 'agent', ...item })}\n`)
    return
  }
  if (items.length === 0) {
    around.write('There is no agent yet: `lumojit agent create NAME`.\n')
    return
  }
  const { quiet, good, bad } = styleOf(around)
  const rows = items.map(({ id, name, state, seeded, rotated_at: rotated }) => [
    nameOf({ id, name }),
    { text: inert(state), paint: state === 'active' ? good : bad },
    seeded ? 'seed file' : 'made here',
    rotated ? ago(Date.parse(rotated), around.now()) : '',
  ])
  around.write(table(['AGENT', 'STATE', 'FROM', 'SECRET ROTATED'], rows, { head: quiet }))
  around.write(andMore(items.length, more, total))
}

async function suspend(
  id: string,
  { reason, ...command }: AtAuthority & { readonly reason?: string },
  around: Surroundings,
): Promise<void> {
  const path = `/jit/agents/${encodeURIComponent(id)}/suspend`
  const body = reason === undefined ? {} : { reason }
  const { revoked } = await openDesk(command, around).post<{ revoked: number }>(path, body)
  around.write(
    command.json
      ? `${JSON.stringify({ type: 'suspended', agent: id, revoked })}\n`
      : `${styleOf(around).bad('Suspended')} ${inert(id)}; ${deaths(revoked)}. \`lumojit agent resume ${inert(id)}\` lets it go on.\n`,
  )
}

const deaths = (revoked: number): string =>
  revoked === 0
    ? 'it held no token'
    : `${revoked === 1 ? '1 token is' : `${revoked} tokens are`} dead`

async function resume(id: string, command: AtAuthority, around: Surroundings): Promise<void> {
  await openDesk(command, around).post(`/jit/agents/${encodeURIComponent(id)}/resume`)
  around.write(
    command.json
      ? `${JSON.stringify({ type: 'resumed', agent: id })}\n`
      : `${styleOf(around).good('Resumed')} ${inert(id)}. What it held stays dead; it asks anew.\n`,
  )
}
