import { runSuite, testAdapter } from '@lumojit/conformance'
import { describe, it } from 'vitest'
import driver from './driver.ts'

runSuite('Mastra', testAdapter(driver), { describe, it })
