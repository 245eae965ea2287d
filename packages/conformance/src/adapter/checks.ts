import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { PendingApproval } from '@lumojit/core'
import type { Seen } from '../adapter-driver.ts'
import type { Played } from './play.ts'
import { readableSeen } from './readable-seen.ts'
import type { Stage } from './stage.ts'
import type { Asked } from './witness.ts'

const LOOK_EVERY_MS = 10

export function mustPause(seen: Seen): readonly [PendingApproval, ...(readonly PendingApproval[])] {
  assert.equal(seen.status, 'paused', `should have paused: ${brief(seen)}`)
  const [first, ...more] = seen.pending
  assert.ok(first, 'paused, and nothing says for what')
  for (const approval of seen.pending) {
    assert.equal(typeof approval.handle, 'string')
    assert.ok(approval.requests.length > 0, 'a pause that names no request')
  }
  return [first, ...more]
}

/** `text`: what the model said last, where the suite scripts it. */
export function mustFinish(seen: Seen, text?: string): void {
  assert.equal(seen.status, 'finished', `should have finished: ${brief(seen)}`)
  if (text !== undefined) assert.equal(seen.text, text)
}

export function requestIds(seen: Seen): readonly string[] {
  return [...new Set(seen.pending.flatMap((each) => each.requests.map((one) => one.requestId)))]
}

/** Every question that reached the authority, in order. */
export async function asked(stage: Stage): Promise<readonly Asked[]> {
  return stage.witness.asked(stage.world)
}

export function askedOnce(questions: readonly Asked[]): void {
  assert.equal(questions.length, 1, 'asked more or less than once')
}

export function onlyOnce(effects: readonly string[]): void {
  assert.deepEqual(effects, [...new Set(effects)], 'something was done twice')
}

export async function taskStates(stage: Stage): Promise<readonly string[]> {
  return stage.witness.taskStates()
}

export async function approve(stage: Stage, ids: readonly string[]): Promise<void> {
  assert.ok(ids.length > 0, 'nothing to approve')
  for (const id of ids) await stage.world.human.approve(id)
}

/** Says yes to everything that this pause waits for and nobody has decided. */
export async function approveAll(stage: Stage, { seen }: Played): Promise<void> {
  await approve(stage, await undecided(stage, seen))
}

export async function denyAll(stage: Stage, { seen }: Played): Promise<void> {
  for (const id of await undecided(stage, seen)) await deny(stage, id)
}

export async function deny(stage: Stage, id: string): Promise<void> {
  await stage.world.human.deny(id, { message: 'Not this one.' })
}

async function undecided(stage: Stage, seen: Seen): Promise<readonly string[]> {
  const open = (await asked(stage)).filter((each) => each.status === 'pending')
  return requestIds(seen).filter((id) => open.some((each) => each.id === id))
}

/** Waits until so many questions are open, as long as the run that should ask them has not ended. */
export async function arrived(
  stage: Stage,
  count: number,
  going: Promise<unknown>,
): Promise<readonly Asked[]> {
  let ended = false
  const end = () => {
    ended = true
  }
  going.then(end, end)
  for (let left = stage.deadlineMs / LOOK_EVERY_MS; left > 0; left--) {
    const open = (await asked(stage)).filter((each) => each.status === 'pending')
    if (open.length >= count) return open
    if (ended) assert.fail(`the run ended before it asked: ${await outcomeOf(going)}`)
    await wait(LOOK_EVERY_MS)
  }
  return assert.fail(`nobody asked within ${stage.deadlineMs} ms`)
}

export async function approveOnArrival(stage: Stage, going: Promise<unknown>): Promise<void> {
  const open = await arrived(stage, 1, going)
  await approve(
    stage,
    open.map((each) => each.id),
  )
}

/** Invoices that were really paid, in order. Says so when one was paid with another amount. */
export function paid(stage: Stage): readonly string[] {
  return bodiesAt(stage, '/v1/payments').map((body) => {
    const { invoice, amount } = JSON.parse(body) as { invoice: string; amount?: string }
    return amount === undefined ? invoice : `${invoice}:${amount}`
  })
}

/** Documents that were really summarised, in order. */
export function noted(stage: Stage): readonly string[] {
  return stage.world.api.effects().flatMap(({ path }) => {
    const id = /^\/v1\/documents\/([^/]+)\/summaries$/.exec(path)?.[1]
    return id === undefined ? [] : [decodeURIComponent(id)]
  })
}

function bodiesAt(stage: Stage, path: string): readonly string[] {
  return stage.world.api.effects().flatMap((each) => (each.path === path ? [each.body] : []))
}

/** Every grant ever issued: dead at the authority and, as soon as the news is there, at the API. */
export async function grantsMustBeDead(stage: Stage, withinMs = stage.deadlineMs): Promise<void> {
  const grants = stage.world.tokens('jit')
  assert.ok(grants.length > 0, 'no grant was ever issued: this proves nothing')
  await mustDie(stage, grants, withinMs)
}

/** The same of every token the agent ever had. */
export async function tokensMustBeDead(stage: Stage, withinMs = stage.deadlineMs): Promise<void> {
  const tokens = (['agent', 'resource', 'jit'] as const).flatMap((kind) => stage.world.tokens(kind))
  assert.ok(tokens.length > 0, 'no token was ever issued: this proves nothing')
  await mustDie(stage, tokens, withinMs)
}

async function mustDie(stage: Stage, tokens: readonly string[], withinMs: number): Promise<void> {
  const end = Date.now() + withinMs
  for (;;) {
    const alive = await Promise.all(tokens.map((token) => stage.world.isAlive(token)))
    const left = alive.filter(Boolean).length
    if (left === 0) return
    assert.ok(Date.now() < end, `${left} of ${tokens.length} tokens are still alive`)
    await wait(LOOK_EVERY_MS)
  }
}

async function outcomeOf(going: Promise<unknown>): Promise<string> {
  try {
    return brief(((await going) as Played).seen)
  } catch (error) {
    return String(error)
  }
}

function brief(seen: Seen): string {
  return `${seen.status}: ${readableSeen({ ...seen, shown: [] }).slice(0, 2000)}`
}
