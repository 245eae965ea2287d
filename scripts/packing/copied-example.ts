import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { npmInstall } from './consumer.ts'
import { type Manifest, manifestAt } from './packages.ts'
import { run } from './run.ts'

type Ranges = Readonly<Record<string, string>>

/** What a person does who copies an example: takes the folder, names released versions, installs. */
export function copyExample(
  from: string,
  to: string,
  tarballs: ReadonlyMap<string, string>,
  catalog: Ranges,
): void {
  const listed = ['ls-files', '-z', '-co', '--exclude-standard']
  const files = execFileSync('git', listed, { cwd: from, encoding: 'utf8' }).split('\0')
  for (const file of files.filter((name) => name !== '' && existsSync(join(from, name)))) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    cpSync(join(from, file), join(to, file))
  }
  const manifest = manifestAt(from)
  const released = (ranges: Ranges = {}) =>
    Object.fromEntries(
      Object.entries(ranges).map(([name, range]) => [
        name,
        releasedRange(name, range, tarballs, catalog),
      ]),
    )
  const ours = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]))
  const copied = {
    ...manifest,
    dependencies: released(manifest.dependencies),
    devDependencies: released(manifest.devDependencies),
    overrides: ours,
  }
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(copied, null, 2)}\n`)
  run('npm', npmInstall, { cwd: to })
}

/** The workspace's own words mean nothing outside of it. */
function releasedRange(
  name: string,
  range: string,
  tarballs: ReadonlyMap<string, string>,
  catalog: Ranges,
): string {
  const tarball = tarballs.get(name)
  if (tarball !== undefined) return `file:${tarball}`
  if (range.startsWith('workspace:')) throw new Error(`it needs ${name}, which is not released`)
  if (!range.startsWith('catalog:')) return range
  const named = catalog[name]
  if (named === undefined) throw new Error(`the catalog does not know ${name}`)
  return named
}

type CommandLine = readonly [string, ...string[]]

/** By name: `start` and every `start:…` of package.json; where there is none, the README's first shell block. */
export function commandsOf(
  folder: string,
  { scripts = {} }: Manifest,
): readonly (readonly [name: string, command: CommandLine])[] {
  const named = Object.keys(scripts).filter((name) => /^start(?::|$)/.test(name))
  if (named.length > 0) return named.map((name) => [name, ['npm', 'run', '--silent', name]])
  const readme = join(folder, 'README.md')
  const text = existsSync(readme) ? readFileSync(readme, 'utf8') : ''
  const block = /^```sh\n([\s\S]*?)^```$/m.exec(text)?.[1]?.trim()
  if (block === undefined) throw new Error('neither package.json nor README.md says how to run it')
  return [['README', ['sh', '-euc', block]]]
}

/** `name: range` of the workspace's catalog, which is flat. */
export function readCatalog(root: string): Ranges {
  const text = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
  const section = /^catalog:\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? ''
  const lines = section.matchAll(/^ {2}"?([^":\s]+)"?: (\S+)$/gm)
  return Object.fromEntries([...lines].map(([, name = '', range = '']) => [name, range]))
}
