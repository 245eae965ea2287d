/**
 * Runs real Python programs against this repository: LumoAuth's SDK in every version PyPI lists, the seed
 * programs, and frameworks' agents; and the official MCP conformance suite. Each piece of Python gets a virtual
 * environment with what PyPI has today.
 * Usage: pnpm test:interop [piece…] [--only text] (such as `agno`, `lumoauth@1.1.0`, or `lumoauth` for the newest;
 * default: all, with what takes minutes; `--only`: checks whose name holds the text)
 */
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { mcpSuite } from './mcp/conformance.ts'
import type { Check, Part, Piece } from './piece.ts'
import { frameworks } from './pieces/frameworks.ts'
import { lumoauth } from './pieces/lumoauth.ts'

import { publishedVersions, pythonWith } from './python.ts'

interface Row {
  readonly piece: string
  readonly name: string
  readonly fault?: string
  readonly seconds: number
}

const { values, positionals } = parseArgs({
  options: { only: { type: 'string', default: '' } },
  allowPositionals: true,
})
const only = values.only
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const rows: Row[] = []
const versions: string[] = []

function tell(row: Row): void {
  rows.push(row)
  const { piece, name, fault, seconds } = row
  const time = `${seconds.toFixed(1).padStart(6)}s`
  console.log(`${fault === undefined ? 'ok   ' : 'FAIL '} ${time}  ${piece.padEnd(16)} ${name}`)
  if (fault !== undefined) console.log(fault.replace(/^/gm, '      | '))
}

async function timed<T>(
  work: () => Promise<T>,
): Promise<{ result?: T; error?: Error; seconds: number }> {
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  try {
    const result = await work()
    return { result, seconds: seconds() }
  } catch (error) {
    return { error: error as Error, seconds: seconds() }
  }
}

async function check(piece: string, { name, run }: Check, python: string): Promise<void> {
  const { result, error, seconds } = await timed(() => run(python))
  const parts: readonly Part[] = error ? [{ name, fault: error.message }] : (result ?? [{ name }])
  for (const part of parts) tell({ ...part, piece, seconds: seconds / parts.length })
}

async function runPiece({ name, requirements, checks, with: own }: Piece): Promise<void> {
  const needed = async () =>
    own === undefined ? pythonWith(requirements) : { command: '', versions: [own] }
  const { result: python, error, seconds } = await timed(needed)
  if (!python) return tell({ piece: name, name: 'install', fault: String(error?.message), seconds })
  console.log(`\n${name}: ${python.versions.join(', ')} (${seconds.toFixed(1)}s to have them)`)
  versions.push(`${name.padEnd(16)} ${python.versions.join(', ')}`)
  const due = checks.filter(
    ({ name, slow }) => name.includes(only) && (!slow || positionals.length === 0 || only !== ''),
  )
  for (const each of due) await check(name, each, python.command)
}

const pieces: Piece[] = [...frameworks, mcpSuite]
const sdks = await timed(() => publishedVersions('lumoauth'))
if (sdks.result) pieces.unshift(...sdks.result.map(lumoauth))
else tell({ piece: 'lumoauth', name: 'versions', fault: String(sdks.error), seconds: 0 })

const newest = sdks.result?.at(-1)
const wanted = positionals.map((name) =>
  name === 'lumoauth' && newest !== undefined ? `lumoauth@${newest}` : name,
)
const known = pieces.map(({ name }) => name)
for (const name of wanted.filter((each) => !known.includes(each)))
  tell({
    piece: name,
    name: 'run',
    fault: `There is no such piece: ${known.join(', ')}.`,
    seconds: 0,
  })
for (const piece of pieces)
  if (wanted.length === 0 || wanted.includes(piece.name)) await runPiece(piece)

const failed = rows.filter(({ fault }) => fault !== undefined).length
console.log(`\nWhat ran:\n${versions.map((line) => `  ${line}`).join('\n')}`)
console.log(`\n${rows.length - failed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed === 0 && rows.length > 0 ? 0 : 1
