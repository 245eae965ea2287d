import { describe, expect, it } from 'vitest'
import { importsOf, readSource } from '../architecture/source.ts'

const specifiers = (text: string) =>
  importsOf(readSource(text)).map(({ specifier, line }) => `${specifier}:${line}`)

describe('the import scanner', () => {
  it('finds every way to name a module', () => {
    const text = [
      "import a, { b } from './a.ts'",
      "import type { C } from './c.ts'",
      "import './effect.ts'",
      "export { d } from './d.ts'",
      "export * from './e.ts'",
      "export type * from './f.ts'",
      'import {',
      '  g,',
      '} from "./g.ts"',
      "const h = await import('./h.ts')",
      "type I = typeof import('./i.ts')",
      "const j = require('./j.cjs')",
      'const k = await import(`./k.ts`)',
    ].join('\n')
    expect(specifiers(text)).toEqual([
      './a.ts:1',
      './c.ts:2',
      './effect.ts:3',
      './d.ts:4',
      './e.ts:5',
      './f.ts:6',
      './g.ts:9',
      './h.ts:10',
      './i.ts:11',
      './j.cjs:12',
      './k.ts:13',
    ])
  })

  it('is not fooled by comments, strings, templates and regular expressions', () => {
    const text = [
      "// import x from './comment.ts'",
      "/* import y from './block.ts' */",
      'const s = "import z from \'./string.ts\'"',
      "const t = `import('./template.ts') ${1 + 1} import('./tail.ts')`",
      "const r = /['\"`]import\\('.\\/regexp.ts'\\)/g",
      'const half = 4 / 2 / 1',
      "import real from './real.ts'",
    ].join('\n')
    expect(specifiers(text)).toEqual(['./real.ts:7'])
  })

  it('reads on through nested templates and objects within them', () => {
    const text = "const t = `${[{ a: `${'}'}` }].length} '`\nimport real from './real.ts'"
    expect(specifiers(text)).toEqual(['./real.ts:2'])
  })

  it('says when a specifier is computed', () => {
    expect(specifiers('const a = await import(name)')).toEqual(['undefined:1'])
    expect(specifiers('const a = import.meta.url')).toEqual([])
    expect(specifiers('const a = require(name)')).toEqual([])
  })

  it('keeps every line and column where it was', () => {
    const text = "const a = 'x' // y\nconst b = `\n${a}\n` + /z/.source\n"
    const { code, said } = readSource(text)
    expect(code).toHaveLength(text.length)
    expect(said).toHaveLength(text.length)
    expect(code.split('\n')).toHaveLength(text.split('\n').length)
    expect(code).not.toMatch(/[xyz]/)
    expect(said).not.toContain('y')
  })
})
