import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Jit, JitEvent } from '@lumojit/core'
import type { AdapterDriver, AdapterRun, Seen } from '../adapter-driver.ts'
import type { ChildJob } from '../child/job.ts'
import { createWorld, type World, type WorldOptions } from '../pretend-world.ts'
import { readable } from './canaries.ts'
import { type Child, startChild } from './children.ts'
import { inTime } from './in-time.ts'
import {
  goingOn,
  type Play,
  type Played,
  type PlayedInChild,
  plainSetup,
  type Resuming,
  signalOf,
} from './play.ts'
import { readableSeen } from './readable-seen.ts'
import { filesOf, mustHideReason, mustHideTokens, mustHideWords } from './search.ts'
import { suiteTools } from './suite-tools.ts'
import { type Witness, witness } from './witness.ts'

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
    ...options,
    authority: { ...options.authority, store: atAuthority.store },
  })
  const directory = await mkdtemp(join(tmpdir(), 'lumojit-stage-'))
  // The application's own store may hold what a challenge asked for, so it lies apart. Tokens it may not hold.
  const shelf = await mkdtemp(join(tmpdir(), 'lumojit-shelf-'))
  const jits: Jit[] = []
  const children: Child[] = []
  const seen: Seen[] = []
  const events: JitEvent[] = []
  const search = { words: true, tokens: true }

  const here = async (given: Play, act: (run: AdapterRun) => Promise<Seen>): Promise<Played> => {
    const jit = world.jit({
      onEvent: (event) => void events.push(event),
      ...(given.store ? { store: given.store } : {}),
    })
    jits.push(jit)
    const tools = suiteTools(world.api.url)
    const run = await driver.open({ ...plainSetup(given, directory), jit, tools })
    try {
      const each = await inTime(act(run), deadlineMs)
      seen.push(each)
      return { seen: each, play: given, jit }
    } finally {
      await inTime(run[Symbol.asyncDispose]() as Promise<void>, deadlineMs)
    }
  }
  const elsewhere = async (given: Play, act: ChildJob['act']): Promise<PlayedInChild> => {
    const child = await startChild(driver.module, {
      world: world.env(),
      setup: plainSetup(given, directory),
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
    const told = readable(events)
    mustHideReason(told)
    if (search.tokens) {
      mustHideTokens(world.tokens(), [text, told, ...(await filesOf(shelf))].join('\n'))
    }
  } finally {
    await Promise.allSettled(children.map((child) => child.kill()))
    await Promise.allSettled(jits.map((jit) => jit[Symbol.asyncDispose]()))
    await world.close()
    for (const each of [directory, shelf]) await rm(each, { recursive: true, force: true })
  }
}
