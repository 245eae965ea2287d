import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * A copy of the working tree's sources, uncommitted ones too, in a new temporary directory. Links
 * between workspace packages lead into the copy; third parties' packages stay where they are.
 */
export function copyTree(root: string): string {
  const { copy, folders } = copySources(root)
  for (const folder of folders) linkModules(root, copy, join(folder, 'node_modules'))
  return copy
}

/** The sources alone. `folders`: those of its packages. */
export function copySources(root: string): {
  readonly copy: string
  readonly folders: ReadonlySet<string>
} {
  const copy = mkdtempSync(join(tmpdir(), 'lumojit-copy-'))
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const folders = new Set<string>()
  for (const file of listed.split('\0')) {
    // A file that git knows but that is gone from the disk is gone from the copy as well.
    if (file === '' || !existsSync(join(root, file))) continue
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file), { verbatimSymlinks: true })
    if (file.endsWith('package.json')) folders.add(dirname(file))
  }
  return { copy, folders }
}

function linkModules(root: string, copy: string, modules: string): void {
  const from = join(root, modules)
  if (!existsSync(from)) return
  mkdirSync(join(copy, modules), { recursive: true })
  for (const name of readdirSync(from)) {
    const at = join(modules, name)
    if (lstatSync(join(root, at)).isSymbolicLink()) {
      // pnpm's links are relative: the same text leads to the copy's own packages, or to its `.pnpm`.
      symlinkSync(readlinkSync(join(root, at)), join(copy, at))
    } else if (name === '.pnpm' || name === '.bin') {
      symlinkSync(join(root, at), join(copy, at))
    } else if (name.startsWith('@')) {
      linkModules(root, copy, at)
    }
  }
}
