import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { documents } from '../architecture/rules/documents.ts'
import { house, manifest, places } from './house.ts'

describe('documents', () => {
  const map = { 'packages/core/package.json': manifest('core') }

  it('wants every file that ARCHITECTURE.md names, by link or by name', () => {
    const text = [
      'Of `packages/core` and [gone](packages/core/src/gone.ts):',
      '`core/src/lost.ts` and `docs/nowhere/`, but `task.fetch()` and `application/json` are no files.',
      '```',
      'see [this](nowhere.md) and `packages/none.ts`',
      '```',
    ].join('\n')
    expect(places(documents(house({ ...map, 'ARCHITECTURE.md': text })))).toEqual([
      'ARCHITECTURE.md:1',
      'ARCHITECTURE.md:2',
      'ARCHITECTURE.md:2',
    ])
  })

  it('is content when all of them are there', () => {
    const files = {
      ...map,
      'packages/core/src/task.ts': '',
      'docs/a.md':
        'back to [the map](../ARCHITECTURE.md#top), [out](https://example.com), [here](#x)',
      'ARCHITECTURE.md':
        '`packages/core`: [task](packages/core/src/task.ts), `core/src/`, [docs](docs/)',
    }
    expect(documents(house(files))).toEqual([])
  })

  it('wants every package on the map, links of other documents alive, and the map itself', () => {
    expect(places(documents(house({ ...map, 'ARCHITECTURE.md': 'empty' })))).toEqual([
      'ARCHITECTURE.md:1',
    ])
    expect(places(documents(house({ 'ARCHITECTURE.md': '', 'docs/a.md': '\n[x](b.md)' })))).toEqual(
      ['docs/a.md:2'],
    )
    expect(places(documents(house({})))).toEqual(['ARCHITECTURE.md:1'])
  })
})

describe('check-architecture', () => {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'house-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const run = () =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../check-architecture.ts'), root], {
      encoding: 'utf8',
    })

  it('says file, line, rule and what to do, and exits 1', () => {
    write('ARCHITECTURE.md', 'packages/core')
    write('packages/core/package.json', manifest('core'))
    write('packages/core/src/task.ts', "\nimport { guard } from '@lumojit/guard'\n")
    write('packages/core/node_modules/x/utils.ts', 'not ours')
    const { status, stdout } = run()
    expect(status).toBe(1)
    expect(stdout).toMatch(
      /^packages\/core\/src\/task\.ts:2 {2}direction {2}core may not import guard: it may import protocol; .+\narchitecture: 1 violations/,
    )
  })

  it('exits 0 when there is nothing to say, and 1 where there is nothing to check', () => {
    expect(run().status).toBe(1)
    write('ARCHITECTURE.md', 'packages/core')
    write('packages/core/package.json', manifest('core'))
    write('packages/core/src/task.ts', "import { x } from '@lumojit/protocol'\n")
    expect(run()).toMatchObject({ status: 0 })
  })
})
