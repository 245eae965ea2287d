import { join } from 'node:path'
import { type Check, must } from '../piece.ts'
import { run } from '../python.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'examples')
const FLAGS = ['--conditions=@lumojit/source', '--disable-warning=ExperimentalWarning']

/** The one command of an example, and what it must print: only the API says it. */
const example = (name: string, args: readonly string[], wanted: readonly RegExp[]): Check => ({
  name: `example: ${['src/main.ts', ...args].join(' ')}`,
  run: async (python) => {
    const { code, said } = await run(process.execPath, [...FLAGS, 'src/main.ts', ...args], {
      cwd: join(EXAMPLES, name),
      env: { LUMOJIT_PYTHON: python },
      deadlineMs: 240_000,
    })
    // Boxes break lines anywhere.
    const heard = said.replace(/[\s│┃║]+/g, ' ')
    must(code === 0, `It ended with ${code}.\n${said}`)
    for (const text of wanted) must(text.test(heard), `It does not say ${text}.\n${said}`)
    return undefined
  },
})

export const exampleChecks: Readonly<Record<string, readonly Check[]>> = {
  agno: [
    example('agno', [], [/Revenue grew by 12 percent/, /Operating margin 18.4 percent/]),
    example(
      'agno',
      ['--own-tools'],
      [/Revenue grew by 12 percent/, /Operating margin 18.4 percent/],
    ),
  ],
  crewai: [
    example('crewai', [], [/Dana approves: /, /Revenue grew by 12 percent/, /rep_[0-9a-f]{8}/]),
    example('crewai', ['--own-tools'], [/Dana approves: /, /rep_[0-9a-f]{8}/]),
  ],
}
