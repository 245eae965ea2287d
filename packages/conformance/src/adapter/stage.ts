import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Jit, PendingMode, Store } from '@lumojit/core'
import type { AdapterDriver, AdapterSetup, ModelTurn, Seen, Tamper } from '../adapter-driver.ts'
import type { ChildJob, PlainSetup } from '../child/job.ts'
import { createWorld, type World, type WorldOptions } from '../pretend-world.ts'
import { leaks } from './canaries.ts'
import { type Child, startChild } from './children.ts'
import { readableSeen } from './readable-seen.ts'
import { DETAIL_WORDS, JUSTIFICATION, suiteTools } from './suite-tools.ts'
import type { Variant } from './variants.ts'
import { type Witness, witness } from './witness.ts'

/** What a scene asks of one run; the rest has the plainest value. */
export interface Play extends Partial<Variant> {
  readonly turns: readonly ModelTurn[]
  readonly pending?: PendingMode
  readonly escalate?: 'engine' | 'model'
  readonly subject?: string
  readonly durable?: boolean
  readonly waitMs?: number
  readonly signal?: AbortSignal
  /** Shared by several runs of this process. */
  readonly store?: Store
  /** A store in a file that several processes share. */
  readonly sharedStore?: boolean
}

/** A run and what it came to: enough to go on from, here or in another process. */
export interface Played {
  readonly seen: Seen
  readonly play: Play
  /** The engine it ran on; not of a child. */
  readonly jit?: Jit
}

export interface Resuming {
  readonly tamper?: Tamper
  readonly signal?: AbortSignal
  /** Instead of the rest of the script. */
  readonly turns?: readonly ModelTurn[]
}

export interface Stage {
  readonly driver: AdapterDriver
  readonly deadlineMs: number
  readonly world: World
  readonly witness: Witness
  start(play: Play): Promise<Played>
  /** A new engine, a new framework, and the saved string. */
  resume(before: Played, options?: Resuming): Promise<Played>
  startInChild(play: Play): Promise<PlayedInChild>
  resumeInChild(before: Played, options?: Resuming): Promise<PlayedInChild>
  /** Everything shown, sent or saved so far, files of the shared directory included. */
  readonly everything: () => Promise<string>
  /** For the controls: this scene leaks on purpose and looks for it by itself. */
  leaksOnPurpose(): void
  /** For scenes in which the authority could not issue anything, so that there is nothing to search for. */
  issuedNothing(): void
}

export interface PlayedInChild {
  readonly played: Promise<Played>
  kill(): Promise<void>
}

/**
 * Plays one scene in a world of its own. Afterwards, whatever happened: no token ever issued can be
 * read anywhere, no process is left, and nothing stays on the disk.
 */
export async function onStage(
  driver: AdapterDriver,
  play: (stage: Stage) => Promise<void>,
  {
    world: options = {},
    deadlineMs,
  }: { readonly world?: WorldOptions; readonly deadlineMs: number },
): Promise<void> {
  const atAuthority = witness()
  const world = await createWorld({
    http: true,
    authority: { store: atAuthority.store },
    ...options,
  })
  const directory = await mkdtemp(join(tmpdir(), 'lumojit-stage-'))
  // The application's own store may hold what a challenge asked for, so it lies apart. Tokens it may not hold.
  const shelf = await mkdtemp(join(tmpdir(), 'lumojit-shelf-'))
  const jits: Jit[] = []
  const children: Child[] = []
  const seen: Seen[] = []
  const search = { words: true, tokens: true }

  const plainSetup = (given: Play): PlainSetup => ({
    pending: given.pending ?? 'suspend',
    escalate: given.escalate ?? 'engine',
    durable: given.durable ?? true,
    subject: given.subject ?? 'alice@acme-corp.com',
    turns: given.turns,
    stream: given.stream ?? false,
    nested: given.nested ?? false,
    swallow: given.swallow ?? false,
    directory,
    ...(given.waitMs === undefined ? {} : { waitMs: given.waitMs }),
  })
  const here = async (
    given: Play,
    act: (run: Awaited<ReturnType<AdapterDriver['open']>>) => Promise<Seen>,
  ): Promise<Played> => {
    const jit = world.jit(given.store ? { store: given.store } : {})
    jits.push(jit)
    const setup: AdapterSetup = { ...plainSetup(given), jit, tools: suiteTools(world.api.url) }
    const run = await driver.open(setup)
    try {
      const each = await inTime(act(run), deadlineMs)
      seen.push(each)
      return { seen: each, play: given, jit }
    } finally {
      await run[Symbol.asyncDispose]()
    }
  }
  const elsewhere = async (given: Play, act: ChildJob['act']): Promise<PlayedInChild> => {
    const child = await startChild(driver.module, {
      world: world.env(),
      setup: plainSetup(given),
      act,
      ...(given.sharedStore ? { store: join(shelf, 'store.sqlite') } : {}),
    })
    children.push(child)
    const played = child.seen.then((each) => {
      seen.push(each)
      return { seen: each, play: given }
    })
    played.catch(() => {})
    return { played, kill: child.kill }
  }
  const stage: Stage = {
    driver,
    deadlineMs,
    world,
    witness: atAuthority,
    start: (given) => here(given, (run) => run.start('Please do it.', signalOf(given))),
    resume: (before, options = {}) =>
      here(goingOn(before, options), (run) =>
        run.resume(before.seen.state, {
          ...signalOf(options),
          ...(options.tamper ? { tamper: options.tamper } : {}),
        }),
      ),
    startInChild: (given) => elsewhere(given, { kind: 'start', input: 'Please do it.' }),
    resumeInChild: (before, options = {}) =>
      elsewhere(goingOn(before, options), {
        kind: 'resume',
        state: before.seen.state,
        ...(options.tamper ? { tamper: options.tamper } : {}),
      }),
    everything: async () => [...seen.map(readableSeen), ...(await filesOf(directory))].join('\n'),
    leaksOnPurpose: () => {
      search.words = false
      search.tokens = false
    },
    issuedNothing: () => {
      assert.deepEqual(world.tokens(), [])
      search.tokens = false
    },
  }
  try {
    await play(stage)
    const text = await stage.everything()
    if (search.words) mustHideWords(text)
    if (search.tokens) mustHideTokens(world, text, (await filesOf(shelf)).join('\n'))
  } finally {
    await Promise.allSettled(children.map((child) => child.kill()))
    await Promise.allSettled(jits.map((jit) => jit[Symbol.asyncDispose]()))
    await world.close()
    for (const each of [directory, shelf]) await rm(each, { recursive: true, force: true })
  }
}

/** A run that hangs is a failure with a name. Ending its engine, which follows, also ends its waits. */
async function inTime<R>(going: Promise<R>, ms: number): Promise<R> {
  const over = new AbortController()
  const late = wait(ms, undefined, { signal: over.signal }).then(
    () => assert.fail(`the run neither paused nor ended within ${ms} ms`),
    () => going,
  )
  try {
    return await Promise.race([going, late])
  } finally {
    over.abort()
  }
}

/** Of ours, neither the details nor the reason given to the approver. */
function mustHideWords(text: string): void {
  for (const word of [JUSTIFICATION, ...DETAIL_WORDS]) {
    assert.ok(!text.includes(word), `${word} can be read outside`)
  }
}

/** No token, in any form, of whatever kind. */
function mustHideTokens(world: World, text: string, stored: string): void {
  const tokens = world.tokens()
  assert.ok(tokens.length > 0, 'no token was ever issued: this search proves nothing')
  assert.deepEqual(leaks(tokens, text), [], 'tokens can be read outside')
  assert.deepEqual(leaks(tokens, stored), [], 'tokens can be read in the store')
}

async function filesOf(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  )
}

/** The model goes on where it was: what it has said is said. */
function goingOn(before: Played, options: Resuming): Play {
  const { signal: _, ...play } = before.play
  return {
    ...play,
    turns: options.turns ?? before.play.turns.slice(before.seen.modelInputs.length),
    ...signalOf(options),
  }
}

function signalOf(from: { readonly signal?: AbortSignal }): { readonly signal?: AbortSignal } {
  return from.signal ? { signal: from.signal } : {}
}
