import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { copyTree } from '../requirements/copy-tree.ts'
import { type Manifest, manifestAt, type Package, publicPackages } from './packages.ts'
import { run } from './run.ts'

export type Size = 'patch' | 'minor'
type Versions = ReadonlyMap<string, string>

/** A copy of the repository, with a history of its own, in which versions may be raised at will. */
export class Rehearsal {
  readonly root: string
  readonly #changesets: string

  constructor(origin: string) {
    this.root = copyTree(origin)
    this.#changesets = join(origin, 'node_modules/@changesets/cli/bin.js')
    for (const { folder } of publicPackages(origin)) {
      const dist = join(folder, 'dist')
      if (!existsSync(dist)) throw new Error(`${folder} is not built: run pnpm build`)
      cpSync(dist, dist.replace(origin, this.root), { recursive: true })
    }
    this.#git('init', '--quiet', '--initial-branch=main')
    this.commit()
  }

  /** Turns the pending changesets into versions and changelogs. */
  version(): Versions {
    run(process.execPath, [this.#changesets, 'version'], { cwd: this.root })
    return this.versions()
  }

  versions(): Versions {
    return new Map(publicPackages(this.root).map(({ name, version }) => [name, version]))
  }

  /** Changesets that have not become versions yet. */
  pending(): string[] {
    const files = readdirSync(join(this.root, '.changeset'))
    return files.filter((file) => file.endsWith('.md') && file !== 'README.md')
  }

  /** Notes a change of one package, as `pnpm changeset` would. */
  note(name: string, size: Size, says: string): void {
    const text = `---\n'${name}': ${size}\n---\n\n${says}\n`
    writeFileSync(join(this.root, '.changeset/rehearsed.md'), text)
  }

  changelog({ folder }: Package): string {
    const file = join(folder, 'CHANGELOG.md')
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }

  /** A package of somebody else's making, in the workspace only so that versions are counted for it too. */
  add(manifest: Manifest): void {
    const folder = join(this.root, 'packages', manifest.name)
    mkdirSync(join(folder, 'node_modules/@lumojit'), { recursive: true })
    symlinkSync(join(this.root, 'packages/core'), join(folder, 'node_modules/@lumojit/core'))
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    this.commit()
  }

  manifest(name: string): Manifest {
    return manifestAt(join(this.root, 'packages', name))
  }

  commit(): void {
    this.#git('add', '--all')
    const who = ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@localhost']
    this.#git(...who, '-c', 'commit.gpgsign=false', 'commit', '--quiet', '--message=rehearsal')
  }

  /** Back to the last commit. */
  forget(): void {
    this.#git('reset', '--quiet', '--hard')
    this.#git('clean', '--quiet', '--force', '-d')
  }

  #git(...args: string[]): void {
    run('git', args, { cwd: this.root })
  }
}
