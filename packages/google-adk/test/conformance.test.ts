import { runSuite, testAdapter } from '@lumojit/conformance'
import { describe, it } from 'vitest'
import driver from './driver.ts'

runSuite('Google ADK', testAdapter(driver), { describe, it })
