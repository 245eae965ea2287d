import { type Command, Option } from 'commander'
import { describeAll } from './output/describe.ts'
import { inert } from './output/inert.ts'
import { ago, left } from './output/span.ts'
import { styleOf } from './output/style.ts'
import { table } from './output/table.ts'
import { openDesk } from './people/desk.ts'
import { asPerson, limitOption, readPages } from './people/page.ts'
import type { PlaceOptions } from './people/place.ts'
import type { TaskItem, TaskReading } from './people/wire.ts'
import { andMore, nameOf } from './people/words.ts'
import type { Surroundings } from './surroundings.ts'

interface TasksCommand extends PlaceOptions {
  readonly json?: boolean
}
interface ListCommand extends TasksCommand {
  readonly state?: string
  readonly agent?: string
  readonly limit: number
}
interface EndCommand extends TasksCommand {
  readonly reason?: string
}

export function register(program: Command, around: Surroundings): void {
  const tasks = program
    .command('tasks')
    .helpGroup('People:')
    .summary('what agents were set to do')
    .description('What agents were set to do; ends with everything that was granted for it.')
  asPerson(
    tasks
      .command('list', { isDefault: true })
      .summary('list them, newest first')
      .addOption(
        new Option('--state <state>', 'only these').choices([
          'active',
          'completed',
          'suspended',
          'expired',
        ]),
      )
      .option('--agent <id>', 'only those of this agent')
      .addOption(limitOption()),
    'lumojit tasks --state active',
  ).action((options) => list(options, around))
  asPerson(
    tasks.command('show <id>').summary('one of them: what was asked, decided, used and taken back'),
    'lumojit tasks show task_1H0GxMJhdi3lTsxZAEjT6A',
  ).action((id, options) => show(id, options, around))
  asPerson(
    tasks
      .command('end <id>')
      .summary('end it now, and everything granted for it')
      .option('--reason <text>', 'for the audit'),
    "lumojit tasks end task_1H0GxMJhdi3lTsxZAEjT6A --reason 'the report is not needed any more'",
  ).action((id, options) => end(id, options, around))
}

async function list(command: ListCommand, around: Surroundings): Promise<void> {
  const { state, agent, limit, json } = command
  const desk = openDesk(command, around)
  const query = { state, agent_id: agent }
  const { items, more, total } = await readPages<TaskItem>(desk, '/jit/tasks', limit, query)
  if (json) {
    for (const item of items) around.write(`${JSON.stringify({ type: 'task', ...item })}\n`)
    return
  }
  if (items.length === 0) {
    around.write('There is no such task.\n')
    return
  }
  const style = styleOf(around)
  const rows = items.map((task) => [
    inert(task.task_id),
    {
      text: inert(task.status),
      paint: { active: style.good, suspended: style.bad }[task.status] ?? style.quiet,
    },
    `${task.pending}`,
    `${task.holds}`,
    ago(Date.parse(task.created_at), around.now()),
    nameOf(task.agent),
    inert(task.name ?? ''),
  ])
  const heads = ['TASK', 'STATE', 'WAITING', 'HOLDS', 'OPENED', 'AGENT', 'NAME']
  around.write(table(heads, rows, { head: style.quiet, ...room(around) }))
  around.write(andMore(items.length, more, total))
}

async function show(id: string, command: TasksCommand, around: Surroundings): Promise<void> {
  const path = `/jit/tasks/${encodeURIComponent(id)}`
  const task = await openDesk(command, around).get<TaskReading>(path)
  if (command.json) {
    around.write(`${JSON.stringify({ type: 'task', ...task })}\n`)
    return
  }
  const style = styleOf(around)
  const now = around.now()
  const rest =
    task.status === 'active'
      ? `${left(Date.parse(task.expires_at), now)} left`
      : task.ended_at
        ? `ended ${ago(Date.parse(task.ended_at), now)}${task.ended_because ? ` (${inert(task.ended_because)})` : ''}`
        : 'its time is over'
  const whom = task.on_behalf_of ? ` for ${inert(task.on_behalf_of)}` : ''
  around.write(
    `${style.strong(inert(task.name ?? task.task_id))} · ${inert(task.status)} · ${rest}\n` +
      `  ${nameOf(task.agent)}${whom}, task ${inert(task.task_id)}\n\n`,
  )
  const rows = task.timeline.map(({ at, kind, by, summary, request_id: request }) => [
    { text: clock(at), paint: style.quiet },
    kind,
    inert(by),
    `${inert(summary)}${request ? ` (${inert(request)})` : ''}`,
  ])
  // Whole lines: this is what happened, and a terminal can wrap.
  around.write(table(['WHEN', 'WHAT', 'WHO', ''], rows, { head: style.quiet }))
  if (task.grants.length === 0) return
  around.write(`\n${style.quiet('It holds now')}\n`)
  for (const grant of task.grants) {
    const ends = left(Date.parse(grant.expires_at), now)
    around.write(
      `  ${describeAll(grant.authorization_details)}, ${ends} left (${inert(grant.request_id)})\n`,
    )
  }
}

async function end(id: string, command: EndCommand, around: Surroundings): Promise<void> {
  const { reason, json } = command
  const path = `/jit/tasks/${encodeURIComponent(id)}/end`
  const body = reason === undefined ? {} : { reason }
  const ended = await openDesk(command, around).post<{ revoked: number }>(path, body)
  const grants = ended.revoked === 1 ? '1 grant' : `${ended.revoked} grants`
  around.write(
    json
      ? `${JSON.stringify({ type: 'task-ended', ...ended })}\n`
      : `${styleOf(around).bad('Ended')} ${inert(id)}, and ${grants} with it.\n`,
  )
}

/** Local time of the day, and the day where it is another. */
const clock = (text: string): string => {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? inert(text) : at.toLocaleString('sv-SE').slice(5)
}

const room = ({ terminal }: Surroundings) => (terminal.out ? { columns: terminal.columns } : {})
