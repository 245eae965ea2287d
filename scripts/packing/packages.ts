import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'

type Ranges = Readonly<Record<string, string>>

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly license?: string
  readonly exports?: Readonly<Record<string, unknown>>
  readonly bin?: Ranges
  readonly scripts?: Ranges
  readonly dependencies?: Ranges
  readonly devDependencies?: Ranges
  readonly peerDependencies?: Ranges
}

export const manifestAt = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

export interface Package extends Manifest {
  readonly folder: string
}

/** The packages that are meant for a registry. */
export const publicPackages = (root: string): Package[] =>
  readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ ...manifestAt(folder), folder }))
    .filter((manifest) => !manifest.private)

/** Packs them as they would be uploaded, which nothing here does. Gives the tarball of each name. */
export function pack(root: string, into: string): ReadonlyMap<string, string> {
  mkdirSync(into, { recursive: true })
  const packages = publicPackages(root)
  for (const { name, folder } of packages)
    if (!existsSync(join(folder, 'dist'))) throw new Error(`${name} is not built: run pnpm build`)
  const filters = packages.map(({ name }) => `--filter=${name}`)
  run('pnpm', [...filters, '-r', 'pack', '--pack-destination', into], { cwd: root })
  return new Map(
    packages.map(({ name, version }) => {
      const tarball = join(into, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
      if (!existsSync(tarball)) throw new Error(`${name} was not packed as ${tarball}`)
      return [name, tarball]
    }),
  )
}
