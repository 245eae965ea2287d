import { createWorld, type World, type WorldOptions } from '@lumojit/conformance'
import {
  isLumojitError,
  type JitEvent,
  type LumojitError,
  type Outcome,
  type Task,
  type ToolCall,
} from '@lumojit/core'
import {
  type AuthorizationDetails,
  type Dialect,
  type Permission,
  writeChallenge,
} from '@lumojit/protocol'
import { expect, onTestFinished } from 'vitest'

/** A world that ends with its test. */
export async function stage(options: WorldOptions = {}): Promise<World> {
  const world = await createWorld(options)
  onTestFinished(() => world.close())
  return world
}

/** One tool call of a run; everything may be overridden. */
export function toolCall(task: Task, over: Partial<ToolCall> = {}): ToolCall {
  return {
    task,
    key: 'run-1/call-1',
    callId: 'call-1',
    toolName: 'read_document',
    pending: 'suspend',
    durable: true,
    ...over,
  }
}

/** The error of ours that `work` rejects with; anything else fails the test. */
export async function faultOf(work: Promise<unknown>): Promise<LumojitError> {
  const error = await work.then(
    (value) => expect.fail(`expected a LumojitError, got ${JSON.stringify(value) ?? typeof value}`),
    (error: unknown) => error,
  )
  if (isLumojitError(error)) return error
  throw error
}

/** The value of an outcome that must be done. */
export function done<R>(outcome: Outcome<R>): R {
  if (outcome.kind === 'done') return outcome.value
  return expect.fail(`expected done, got ${JSON.stringify(outcome)}`)
}

/** The approval of an outcome that must be pending. */
export function paused(outcome: Outcome<unknown>) {
  if (outcome.kind === 'pending') return outcome.approval
  return expect.fail(`expected pending, got ${JSON.stringify(outcome)}`)
}

/** The refusal of an outcome that must be refused. */
export function refused(outcome: Outcome<unknown>) {
  if (outcome.kind === 'refused') return outcome.refusal
  return expect.fail(`expected refused, got ${JSON.stringify(outcome)}`)
}

export function collect(): { events: JitEvent[]; onEvent: (event: JitEvent) => void } {
  const events: JitEvent[] = []
  return { events, onEvent: (event) => void events.push(event) }
}

/** An answer that says what is missing, as a resource of that dialect writes it. */
export function challenge(
  permission: Permission | AuthorizationDetails,
  dialect: Dialect = 'lumoauth',
  reference?: string,
): Response {
  const { status, headers, body } = writeChallenge({
    dialect,
    permission: 'kind' in permission ? permission : { kind: 'details', details: permission },
    ...(reference === undefined ? {} : { reference }),
  })
  return new Response(body, { status, headers })
}

/** Low risk: granted at once. */
export const reading = (identifier: string): AuthorizationDetails => [
  { type: 'file_access', actions: ['read'], identifier },
]
/** Medium risk: granted at once. */
export const writing = (identifier: string): AuthorizationDetails => [
  { type: 'file_access', actions: ['write'], identifier },
]
/** Critical risk: a person decides. */
export const paying = (identifier: string): AuthorizationDetails => [
  { type: 'payment', actions: ['initiate'], identifier },
]

/** Resolves when `condition` holds, looking once a turn of the event loop; the test's deadline is the only limit. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve))
}

export function deferred<T = void>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve: (value) => resolve(value) }
}
