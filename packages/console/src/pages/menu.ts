import { html, raw } from 'hono/html'
import type { Html } from '../words/inert.ts'

export type Room = 'inbox' | 'tasks' | 'grants' | 'audit' | 'rules' | 'agents' | 'webhooks'

const ROOMS: readonly (readonly [
  Room,
  path: string,
  name: string,
  key: string,
  rights: readonly string[],
])[] = [
  ['inbox', '/', 'Inbox', 'i', ['jit.approve', 'jit.audit', 'jit.admin']],
  ['tasks', '/tasks', 'Tasks', 't', ['jit.approve', 'jit.audit', 'jit.admin']],
  ['grants', '/grants', 'Grants', 'g', ['jit.approve', 'jit.audit', 'jit.admin']],
  ['audit', '/audit', 'Audit', 'u', ['jit.audit', 'jit.admin']],
  ['rules', '/rules', 'Rules', 'r', ['jit.admin']],
  ['agents', '/agents', 'Agents', 'n', ['jit.admin']],
  ['webhooks', '/webhooks', 'Webhooks', 'w', ['jit.admin']],
]

/** What the person may see. */
export const roomsOf = (rights: readonly string[]) =>
  ROOMS.filter(([, , , , needed]) => needed.some((right) => rights.includes(right)))

/** The number of requests that wait, beside the word Inbox; also alone, when it changes. */
export const waitingCount = (path: string, waiting: number): Html =>
  html`<span id="waiting" class="count" hx-get="${path}/waiting" hx-trigger="pending from:#live throttle:1s" hx-swap="outerMorph"${
    waiting === 0 ? raw(' hidden') : ''
  }>${waiting > 999 ? '999+' : waiting}<span class="heard"> waiting</span></span>`
