import { pretendDriver, runSuite, testAdapter } from '@lumojit/conformance'
import { describe, it } from 'vitest'

runSuite('the pretend framework', testAdapter(pretendDriver), { describe, it })
