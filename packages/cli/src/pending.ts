import type { Command } from 'commander'
import { describeAll } from './output/describe.ts'
import { inert } from './output/inert.ts'
import { ago, left, span } from './output/span.ts'
import { type Style, styleOf } from './output/style.ts'
import { openDesk } from './people/desk.ts'
import { asPerson, limitOption, readPages } from './people/page.ts'
import type { PlaceOptions } from './people/place.ts'
import type { AskedItem } from './people/wire.ts'
import { andMore, nameOf, reuseWords, riskCell } from './people/words.ts'
import type { Surroundings } from './surroundings.ts'

interface PendingCommand extends PlaceOptions {
  readonly limit: number
  readonly json?: boolean
}

export function register(program: Command, around: Surroundings): void {
  asPerson(
    program
      .command('pending [id]')
      .helpGroup('People:')
      .summary('what waits for a decision, or one request in full')
      .description(
        'Lists what waits for a person, riskiest first. With an id: that request, decided or not. What stands in quotation marks is the agent’s own word for why, and may be untrue.',
      )
      .addOption(limitOption()),
    'lumojit pending',
    'lumojit pending jit_m2dRA5Vwmowz_wenbNAjeA',
    'lumojit pending --json | jq \'select(.risk_level == "critical")\'',
  ).action((id, options) => (id === undefined ? list(options, around) : show(id, options, around)))
}

async function list(command: PendingCommand, around: Surroundings): Promise<void> {
  const desk = openDesk(command, around)
  const { items, more, total } = await readPages<AskedItem>(desk, '/jit/pending', command.limit)
  if (command.json) {
    for (const item of items) around.write(`${JSON.stringify({ type: 'pending', ...item })}\n`)
    return
  }
  if (items.length === 0) {
    around.write(`Nothing waits for you at ${desk.place.host} (${desk.place.org}).\n`)
    return
  }
  const style = styleOf(around)
  for (const item of items) around.write(`${card(item, style, around.now())}\n`)
  around.write(andMore(items.length, more, total))
  around.write(
    style.quiet("lumojit approve ID · lumojit deny ID --message '…' · lumojit pending ID\n"),
  )
}

async function show(id: string, command: PendingCommand, around: Surroundings): Promise<void> {
  const item = await openDesk(command, around).get<AskedItem>(
    `/jit/requests/${encodeURIComponent(id)}`,
  )
  if (command.json) {
    around.write(`${JSON.stringify({ type: 'request', ...item })}\n`)
    return
  }
  const style = styleOf(around)
  const raw = JSON.stringify(item.authorization_details, null, 2)
  around.write(card(item, style, around.now()))
  around.write(
    `  ${style.quiet('in full')}\n${raw
      .split('\n')
      .map((line) => `  ${indent(line)}`)
      .join('\n')}\n`,
  )
  if (item.approval_uri) around.write(`  ${style.quiet('decide at')} ${inert(item.approval_uri)}\n`)
}

/** Blanks at the beginning stay; what could steer a terminal does not. */
const indent = (line: string) => `${/^ */.exec(line)?.[0] ?? ''}${inert(line.trimStart())}`

function card(item: AskedItem, style: Style, now: number): string {
  const { request_id: id, status, authorization_details: details, agent, own } = item
  const { text, paint = (it: string) => it } = riskCell(item.risk_level, style)
  const until =
    status === 'pending' ? `${left(Date.parse(item.expires_at), now)} left` : decided(item, now)
  const whom = item.on_behalf_of ? ` for ${inert(item.on_behalf_of)}` : ''
  const task = item.task_name ? `“${inert(item.task_name)}” ` : ''
  const place = item.resource ? ` · ${inert(item.resource)}` : ''
  const holds = item.holds ? ` · the task holds ${item.holds} already` : ''
  const lines = [
    `${paint(text)} · ${style.strong(inert(id))} · ${until}`,
    `  ${style.strong(describeAll(item.granted ?? details))}`,
    `  ${reuseWords(item.reuse)}, for ${span(item.requested_ttl * 1000)}${place}${holds}`,
    `  ${nameOf(agent)}${whom}, task ${task}${inert(item.task_id)}`,
    ...item.justifications.map(
      (words) => `  “${inert(words)}” ${style.quiet("the agent's words")}`,
    ),
    ...(item.agent_message ? [`  told the agent: “${inert(item.agent_message)}”`] : []),
    ...(item.notes ? [`  note: ${inert(item.notes)}`] : []),
    ...(own ? [`  ${style.care('It is done for you: another person has to approve it.')}`] : []),
  ]
  return `${lines.join('\n')}\n`
}

function decided({ status, decided_at: at, decided_by: by }: AskedItem, now: number): string {
  const when = at ? `, ${ago(Date.parse(at), now)}` : ''
  return `${inert(status)}${by ? ` by ${inert(by)}` : ''}${when}`
}
