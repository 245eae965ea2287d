import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inEmptyDirectory, type Part, type Piece } from '../piece.ts'
import { openFixture } from './fixture.ts'

/** It knows 2026-07-28, and no dist-tag names it. */
const SUITE = '@modelcontextprotocol/conformance@0.2.0-alpha.12'
const VERSIONS = ['2025-11-25', '2026-07-28'] as const

interface Check {
  readonly id: string
  readonly status: string
  readonly errorMessage?: string
}
/** By version, scenario and check: why it fails. */
type Expected = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  await once(child, 'close')
  return said
}

/** By scenario, what its checks said. */
async function checksOf(directory: string): Promise<ReadonlyMap<string, readonly Check[]>> {
  const found = new Map<string, readonly Check[]>()
  for (const name of await readdir(directory)) {
    const scenario = name.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '')
    found.set(scenario, JSON.parse(await readFile(join(directory, name, 'checks.json'), 'utf8')))
  }
  return found
}

function compare(
  version: string,
  scenarios: ReadonlyMap<string, readonly Check[]>,
  expected: Expected[string] = {},
): { readonly lines: readonly string[]; readonly passed: number; readonly known: number } {
  const lines: string[] = []
  let passed = 0
  let known = 0
  for (const [scenario, checks] of scenarios) {
    for (const { id, status, errorMessage = '' } of checks) {
      const reason = expected[scenario]?.[id]
      if (status === 'SUCCESS') passed += 1
      if (status === 'FAILURE' && reason !== undefined) known += 1
      if (status === 'FAILURE' && reason === undefined)
        lines.push(`${version} ${scenario} ${id}: ${errorMessage}`)
      if (status === 'SUCCESS' && reason !== undefined)
        lines.push(
          `${version} ${scenario} ${id}: passes now; take it out of expected-failures.json`,
        )
    }
  }
  for (const [scenario, ids] of Object.entries(expected)) {
    const seen = new Set(scenarios.get(scenario)?.map(({ id }) => id))
    for (const id of Object.keys(ids).filter((each) => !seen.has(each)))
      lines.push(`${version} ${scenario} ${id}: was not checked`)
  }
  return { lines, passed, known }
}

const expectedFailures = async (): Promise<Expected> =>
  JSON.parse(await readFile(new URL('expected-failures.json', import.meta.url), 'utf8'))

/** One revision of the protocol against a gateway of its own. */
async function conformance(version: string): Promise<readonly Part[]> {
  return inEmptyDirectory(async (directory) => {
    const install = ['install', '--no-save', '--prefix', directory, SUITE]
    const installed = await run('npm', install, directory)
    const program = join(directory, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')
    const fixture = await openFixture()
    try {
      const output = join(directory, 'checks')
      const args = ['server', '--url', fixture.url, '--suite', 'all', '--spec-version', version]
      const said = await run(process.execPath, [program, ...args, '-o', output], directory)
      const scenarios = await checksOf(output).catch(() => new Map<string, readonly Check[]>())
      if (scenarios.size === 0) throw new Error(`Nothing ran.\n${installed}\n${said}`)
      const expected = (await expectedFailures())[version]
      const { lines, passed, known } = compare(version, scenarios, expected)
      if (lines.length > 0) throw new Error(lines.join('\n'))
      const name = `${version}: ${passed} checks of ${scenarios.size} scenarios; ${known} do not apply`
      return [{ name }]
    } finally {
      await fixture.close()
    }
  })
}

/**
 * The official MCP conformance suite against a gateway. What fails must be in expected-failures.json
 * with its reason, and what is in there must fail.
 */
export const mcpSuite: Piece = {
  name: 'mcp-conformance',
  requirements: [],
  with: SUITE,
  checks: VERSIONS.map((version) => ({
    name: `conformance ${version}`,
    run: () => conformance(version),
  })),
}
