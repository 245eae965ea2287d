import { readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import type { Sabotage } from '../../packages/conformance/src/requirements/requirement.ts'
import { occurrences } from './gate.ts'

/** Applies a sabotage and gives back its undoing. Throws when it does not fit or leaves no program behind. */
export function applyPatch(root: string, { file, find, replace }: Sabotage): () => void {
  const path = join(root, file)
  const before = readFileSync(path, 'utf8')
  const count = occurrences(before, find)
  if (count !== 1) throw new Error(`the text occurs ${count} times in ${file}`)
  const after = before.split(find).join(replace)
  // What Node itself strips types with; it parses the whole file and throws on a syntax error.
  if (file.endsWith('.ts')) stripTypeScriptTypes(after)
  writeFileSync(path, after)
  return () => writeFileSync(path, before)
}
