import type { AdapterDriver, AdapterSkip } from '../adapter-driver.ts'
import type { WorldOptions } from '../pretend-world.ts'
import type { AllowedSkip } from '../requirements/skips.ts'
import type { SuiteCase } from '../suite-case.ts'
import { onStage, type Stage } from './stage.ts'
import { PLAIN, type Variant, waysOf } from './variants.ts'

/** A case of the suite. `skipped` says that the driver lists it, and why: a runner counts those apart. */
export interface AdapterCase extends SuiteCase {
  readonly skipped?: AdapterSkip
}

/** One requirement played on a stage of its own, once for each way of running. Default: the plain one. */
export interface Scene {
  readonly id: string
  readonly title: string
  readonly ways?: readonly Variant[]
  /** Default: real sockets and the system's clock. Without sockets the scene moves the clock. */
  readonly world?: WorldOptions
  play(stage: Stage, way: Variant): Promise<void>
}

export interface AdapterSuiteOptions {
  /** Longest that one start or resume may take, in milliseconds, waits for people not counted. Default 20,000. */
  readonly deadlineMs?: number
  /** Skips that are agreed on; any other is an error. Default: this repository's own list. */
  readonly allowed?: readonly Pick<AllowedSkip, 'name' | 'id'>[]
}

export function casesOf(
  scene: Scene,
  driver: AdapterDriver,
  { deadlineMs = 20_000 }: AdapterSuiteOptions,
): readonly AdapterCase[] {
  return (scene.ways ?? [PLAIN]).map((way) => {
    const names = waysOf(way)
    const skipped = driver.skips.find(
      (skip) => skip.id === scene.id && (skip.when === undefined || names.includes(skip.when)),
    )
    return {
      id: scene.id,
      title: names.length === 0 ? scene.title : `${scene.title} (${names.join(', ')})`,
      run: () =>
        onStage(driver, (stage) => scene.play(stage, way), {
          deadlineMs,
          ...(scene.world ? { world: scene.world } : {}),
        }),
      ...(skipped ? { skipped } : {}),
    }
  })
}
