import type { TaskReading } from '@lumojit/authority'
import { html } from 'hono/html'
import { asText } from '../words/details.ts'
import type { Html } from '../words/inert.ts'
import { span } from '../words/time.ts'
import { type Lane, lanesOf } from './lanes.ts'

const WIDTH = 1000
const LANE = 44
const TOP = 26
/** Lanes drawn; a task with more shows its latest. */
const MOST = 40

/** A task over time: a lane for each request. Positions are attributes: the page's policy allows no inline style. */
export const drawTask = (reading: TaskReading, now: number, path: string): Html => {
  const lanes = lanesOf(reading, now)
  if (lanes.length === 0) return html`<p class="none">It has asked for nothing yet.</p>`
  const shown = lanes.slice(-MOST)
  const { from, to } = range(reading, shown, now)
  const x = (at: number) => Math.round(((at - from) / (to - from)) * WIDTH * 10) / 10
  const height = TOP + shown.length * LANE + 6
  return html`<div class="strip" tabindex="0" role="region" aria-label="Drawing of the task; the same is told below, in order"><svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" class="lanes" aria-hidden="true">
${ticks(from, to).map(
  (at) =>
    html`<g class="tick"><line x1="${x(at)}" x2="${x(at)}" y1="16" y2="${height}"></line><text x="${Math.min(x(at), WIDTH - 4)}" y="12" text-anchor="${x(at) > WIDTH - 60 ? 'end' : 'start'}">${at === from ? 'start' : `+${span(at - from)}`}</text></g>`,
)}
${shown.map((lane, nth) => drawLane(lane, TOP + nth * LANE, x, path))}
${reading.task.endedAt === undefined ? '' : html`<line class="end-line" x1="${x(reading.task.endedAt)}" x2="${x(reading.task.endedAt)}" y1="16" y2="${height}"></line>`}
</svg></div>${lanes.length > MOST ? html`<p class="hint">The latest ${MOST} of ${lanes.length} requests.</p>` : ''}`
}

const drawLane = (lane: Lane, y: number, x: (at: number) => number, path: string): Html => {
  const middle = y + 28
  return html`<a href="${path}/requests/${lane.requestId}" tabindex="-1"><g class="lane">
<rect class="hit" x="0" y="${y}" width="${WIDTH}" height="${LANE - 2}"></rect>
<text class="name" x="4" y="${y + 13}">${asText(lane.details)}</text>
<line class="rail" x1="0" x2="${WIDTH}" y1="${middle}" y2="${middle}"></line>
${lane.stretches.map(
  ({ kind, from, to }) =>
    html`<rect class="${kind}" x="${x(from)}" y="${middle - 6}" width="${Math.max(x(to) - x(from), 3)}" height="12" rx="3"></rect>`,
)}
${apart(lane.marks, x).map(([kind, at]) => mark(kind, at, middle))}
</g></a>`
}

/** What happened at nearly the same moment is drawn side by side. */
const apart = (marks: Lane['marks'], x: (at: number) => number) => {
  let last = Number.NEGATIVE_INFINITY
  return marks.map(({ kind, at }) => {
    last = kind === 'asked' ? x(at) : Math.max(x(at), last + 13)
    return [kind, last] as const
  })
}

/** Shapes differ as well as colours. */
const mark = (kind: Lane['marks'][number]['kind'], x: number, y: number): Html => {
  const at = Math.min(Math.max(x, 7), WIDTH - 7)
  switch (kind) {
    case 'yes':
      return html`<path class="yes" d="M${at - 7} ${y}l5 5 9-10"></path>`
    case 'no':
      return html`<path class="no" d="M${at - 6} ${y - 6}l12 12m0-12l-12 12"></path>`
    case 'used':
      return html`<circle class="used" cx="${at}" cy="${y}" r="4"></circle>`
    case 'over':
      return html`<rect class="over" x="${at - 4}" y="${y - 4}" width="8" height="8"></rect>`
    case 'asked':
      return html`<line class="asked" x1="${at}" x2="${at}" y1="${y - 9}" y2="${y + 9}"></line>`
  }
}

/** From the task's start to its end or to now, a little wider than what happened. */
const range = (reading: TaskReading, lanes: readonly Lane[], now: number) => {
  const from = reading.task.createdAt
  const last = Math.max(
    reading.task.endedAt ?? 0,
    ...lanes.flatMap(({ stretches, marks }) => [
      ...stretches.map(({ to }) => to),
      ...marks.map(({ at }) => at),
    ]),
  )
  const end = Math.max(Math.min(last, Math.max(now, reading.task.endedAt ?? 0)), from + 1_000)
  return { from, to: end + (end - from) * 0.03 }
}

const STEPS = [
  0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800,
]

/** At most eight, at round times after the start. */
const ticks = (from: number, to: number): readonly number[] => {
  const step = (STEPS.find((seconds) => (to - from) / (seconds * 1000) <= 7) ?? 86_400) * 1000
  const at: number[] = []
  for (let time = from; time < to; time += step) at.push(time)
  return at
}
