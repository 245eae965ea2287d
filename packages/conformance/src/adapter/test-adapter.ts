import type { AdapterDriver } from '../adapter-driver.ts'
import { allowedSkips } from '../requirements/skips.ts'
import { apart } from './apart.ts'
import { attacks } from './attacks.ts'
import { type AdapterCase, type AdapterSuiteOptions, casesOf, type Scene } from './case.ts'
import { concurrency } from './concurrency.ts'
import { controls } from './controls.ts'
import { denial } from './denial.ts'
import { ending } from './ending.ts'
import { journey } from './journey.ts'
import { late } from './late.ts'
import { modelDriven } from './model-driven.ts'
import { modes } from './modes.ts'
import { pausing } from './pausing.ts'
import { processes } from './processes.ts'
import { secrecy } from './secrecy.ts'
import { trouble } from './trouble.ts'
import { twoEscalations } from './two-escalations.ts'

/**
 * Every case an adapter has to pass, its skips among them as data. Any runner loops over the cases;
 * each one brings its own world and leaves nothing behind.
 * Throws when a skip names an id the suite does not have, gives no reason or proof, or is not agreed on.
 */
export function testAdapter(
  driver: AdapterDriver,
  options: AdapterSuiteOptions = {},
): readonly AdapterCase[] {
  const { allowed = allowedSkips } = options
  for (const skip of driver.skips) {
    if (!scenes.some((scene) => scene.id === skip.id)) {
      throw new Error(`${driver.name} skips ${skip.id}, which is no requirement of this suite.`)
    }
    if (skip.reason.trim() === '' || skip.proof.trim() === '') {
      throw new Error(`${driver.name} skips ${skip.id} without a reason and a proof.`)
    }
    if (!allowed.some(({ name, id }) => name === driver.name && id === skip.id)) {
      throw new Error(
        `${driver.name} skips ${skip.id}: put it into allowedSkips, or do not skip it.`,
      )
    }
  }
  return scenes.flatMap((scene) => casesOf(scene, driver, options))
}

const scenes: readonly Scene[] = [
  ...journey,
  ...denial,
  ...trouble,
  ...concurrency,
  ...apart,
  ...pausing,
  ...twoEscalations,
  ...late,
  ...attacks,
  ...modes,
  ...processes,
  ...modelDriven,
  ...secrecy,
  ...ending,
  ...controls,
]
