import type { Command } from 'commander'
import { inert } from './output/inert.ts'
import { ago, left } from './output/span.ts'
import { styleOf } from './output/style.ts'
import { table } from './output/table.ts'
import { openDesk } from './people/desk.ts'
import { asPerson, limitOption, readPages } from './people/page.ts'
import type { PlaceOptions } from './people/place.ts'
import type { DeliveryItem, WebhookItem } from './people/wire.ts'
import { andMore } from './people/words.ts'
import type { Surroundings } from './surroundings.ts'

interface WebhooksCommand extends PlaceOptions {
  readonly json?: boolean
}
interface ListCommand extends WebhooksCommand {
  readonly dead?: boolean
  readonly limit: number
}

export function register(program: Command, around: Surroundings): void {
  const webhooks = program
    .command('webhooks')
    .helpGroup('People:')
    .summary('which systems are told what happens, and what they have not taken')
    .description('Which systems are told what happens, and what they have not taken.')
  asPerson(
    webhooks
      .command('list', { isDefault: true })
      .summary('list them, and what is still owed to them, newest first')
      .option('--dead', 'only what was given up')
      .addOption(limitOption()),
    'lumojit webhooks --dead',
  ).action((options) => list(options, around))
  asPerson(
    webhooks.command('retry <id>').summary('try again what was given up; needs jit.admin'),
    'lumojit webhooks retry evt_1H0GxMJhdi3lTsxZAEjT6A',
  ).action((id, options) => retry(id, options, around))
}

async function list(command: ListCommand, around: Surroundings): Promise<void> {
  const { dead, limit, json } = command
  const desk = openDesk(command, around)
  const hooks = await readPages<WebhookItem>(desk, '/jit/webhooks', limit)
  const query = dead ? { state: 'dead' } : {}
  const { items, more, total } = await readPages<DeliveryItem>(
    desk,
    '/jit/deliveries',
    limit,
    query,
  )
  if (json) {
    for (const hook of hooks.items)
      around.write(`${JSON.stringify({ type: 'webhook', ...hook })}\n`)
    for (const item of items) around.write(`${JSON.stringify({ type: 'delivery', ...item })}\n`)
    return
  }
  const { quiet, bad } = styleOf(around)
  if (hooks.items.length === 0)
    around.write('There is no webhook: `webhooks:` in the seed file names them.\n')
  else {
    const rows = hooks.items.map((hook) => [
      `${hook.due}`,
      { text: `${hook.dead}`, paint: hook.dead > 0 ? bad : quiet },
      inert(hook.url),
      inert(hook.events.join(', ')),
    ])
    around.write(table(['DUE', 'GIVEN UP', 'WEBHOOK', 'EVENTS'], rows, { head: quiet }))
  }
  if (items.length === 0) return
  const rows = items.map((item) => [
    inert(item.id),
    item.state === 'dead' ? { text: 'given up', paint: bad } : next(item, around.now()),
    `${item.attempts}`,
    item.last_status === undefined ? '' : item.last_status === 0 ? 'none' : `${item.last_status}`,
    ago(Date.parse(item.at), around.now()),
    inert(item.event),
    inert(item.url),
  ])
  const heads = ['DELIVERY', 'NEXT', 'ATTEMPTS', 'ANSWER', 'HAPPENED', 'EVENT', 'WEBHOOK']
  around.write(`\n${table(heads, rows, { head: quiet })}`)
  around.write(andMore(items.length, more, total))
}

const next = ({ next_attempt_at: at }: DeliveryItem, now: number): string =>
  at === undefined || Date.parse(at) <= now ? 'now' : `in ${left(Date.parse(at), now)}`

async function retry(id: string, command: WebhooksCommand, around: Surroundings): Promise<void> {
  const path = `/jit/deliveries/${encodeURIComponent(id)}/retry`
  const item = await openDesk(command, around).post<DeliveryItem>(path)
  around.write(
    command.json
      ? `${JSON.stringify({ type: 'delivery', ...item })}\n`
      : `${styleOf(around).good('Due again')}: ${inert(item.event)} to ${inert(item.url)}.\n`,
  )
}
