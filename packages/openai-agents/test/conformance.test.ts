import { runSuite, testAdapter } from '@lumojit/conformance'
import { afterAll, describe, expect, it } from 'vitest'
import driver, { spans } from './driver.ts'

runSuite('the OpenAI Agents SDK', testAdapter(driver), { describe, it })

// A search of traces that were never made would find nothing either.
afterAll(() => expect(spans.length).toBeGreaterThan(0))
