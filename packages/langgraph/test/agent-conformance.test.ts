import { runSuite, testAdapter } from '@lumojit/conformance'
import { describe, it } from 'vitest'
import driver from './agent-driver.ts'

runSuite('LangChain’s createAgent', testAdapter(driver), { describe, it })
