import { runSuite, testAdapter } from '@lumojit/conformance'
import { describe, it } from 'vitest'
import driver from './driver.ts'

runSuite('LangGraph', testAdapter(driver), { describe, it })
