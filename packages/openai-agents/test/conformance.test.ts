import { runSuite, testAdapter } from '@lumojit/conformance'
import { describe, it } from 'vitest'
import driver from './driver.ts'

runSuite('the OpenAI Agents SDK', testAdapter(driver), { describe, it })
