import { Tree, type Violation } from '../architecture/tree.ts'

/** A repository of the files given, and nothing else. */
export const house = (files: Readonly<Record<string, string>>): Tree =>
  new Tree(new Map(Object.entries(files)))

/** Where the violations are, as `file:line`. */
export const places = (violations: readonly Violation[]): string[] =>
  violations.map(({ file, line }) => `${file}:${line}`)

export const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({ name: `@lumojit/${name}`, ...more }, null, 2)
