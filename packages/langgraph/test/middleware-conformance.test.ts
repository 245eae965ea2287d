import { runSuite, testAdapter } from '@lumojit/conformance'
import { describe, it } from 'vitest'
import driver from './middleware-driver.ts'

runSuite('LangChain’s createAgent with the middleware alone', testAdapter(driver), { describe, it })
