import { join } from 'node:path'
import { type Check, must } from '../piece.ts'
import { run } from '../python.ts'
import { type AgentProgram, agentChecks } from './agents.ts'

/**
 * CrewAI's `mcps=[…]` opens a session for each call. Before Python 3.12 `asyncio.wait_for` enters it in another
 * task than the one that leaves it, and CrewAI 1.15 makes a failure of that, after the call was done: there the
 * failure itself is expected, so that it is noticed when it is gone.
 */
const KNOWN = /Error during MCP client disconnect/

export function crewsOwnClient(program: Omit<AgentProgram, 'file' | 'by'>): readonly Check[] {
  const file = join(import.meta.dirname, '..', 'programs', 'crewai_mcps.py')
  return agentChecks({ ...program, file, by: 'gateway' }).map((check) => ({
    ...check,
    name: `mcps=, ${check.name}`,
    run: async (python) => {
      const { stdout } = await run(
        python,
        ['-c', 'import sys; print(sys.version_info >= (3, 12))'],
        { deadlineMs: 60_000 },
      )
      if (stdout.trim() === 'True') return check.run(python)
      const failure = await check.run(python).then(
        () => undefined,
        (error: Error) => error.message,
      )
      must(failure !== undefined, 'It works before Python 3.12 now: take the exception out.')
      must(KNOWN.test(failure), failure)
      return [{ name: `mcps=, ${check.name}: fails as known before Python 3.12` }]
    },
  }))
}
