import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandsOf, copyExample, readCatalog } from '../packing/copied-example.ts'
import { faultsOfMove, faultsOfRelease, patched, raised } from '../packing/release-rules.ts'

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'lumojit-packing-'))
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

const write = (file: string, text: string | object) => {
  mkdirSync(join(place, file, '..'), { recursive: true })
  writeFileSync(join(place, file), typeof text === 'string' ? text : JSON.stringify(text))
}

describe('an example', () => {
  const copy = (dependencies: Record<string, string>) => {
    write('example/package.json', { name: 'example', version: '0.0.0', dependencies })
    execFileSync('git', ['init', '--quiet'], { cwd: place })
    const tarballs = new Map([['@lumojit/core', '/nowhere/core.tgz']])
    copyExample(join(place, 'example'), join(place, 'copy'), tarballs, {
      hono: 'file:/nowhere/hono.tgz',
    })
  }

  it('that needs what is not released cannot be copied', () => {
    expect(() => copy({ '@lumojit/tests': 'workspace:^' })).toThrow('@lumojit/tests')
    expect(() => copy({ koa: 'catalog:' })).toThrow('koa')
  })

  it('is given tarballs and ranges in place of the words of the workspace', () => {
    // The tarball is nowhere, so the installation fails; the manifest was written before.
    expect(() => copy({ '@lumojit/core': 'workspace:^', hono: 'catalog:' })).toThrow('npm install')
    const manifest = JSON.parse(readFileSync(join(place, 'copy/package.json'), 'utf8'))
    expect(manifest.dependencies).toEqual({
      '@lumojit/core': 'file:/nowhere/core.tgz',
      hono: 'file:/nowhere/hono.tgz',
    })
  })

  it('is run by what starts with start, else by its README, else not at all', () => {
    const manifest = { name: 'example', version: '0.0.0' }
    const scripts = { start: 'node .', 'start:more': 'node more', restart: 'no', build: 'no' }
    const named = commandsOf(place, { ...manifest, scripts }).map(([name]) => name)
    expect(named).toEqual(['start', 'start:more'])
    expect(() => commandsOf(place, manifest)).toThrow('how to run it')
    write('README.md', 'Run it:\n\n```sh\nnode main.ts\n```\n')
    expect(commandsOf(place, manifest)).toEqual([['README', ['sh', '-euc', 'node main.ts']]])
  })
})

it('the catalog is read as pnpm reads it', () => {
  const catalog = 'packages:\n  - a\n\ncatalog:\n  "@x/y": ^1.0.0\n  z: 2.5.15\n\nother: 1\n'
  write('pnpm-workspace.yaml', catalog)
  expect(readCatalog(place)).toEqual({ '@x/y': '^1.0.0', z: '2.5.15' })
})

describe('a release', () => {
  const released = (version: string) => [{ name: 'a', version, folder: '' }]
  const saying = (text: string) => ({ changelog: () => text })

  it('names every package, and says in its changelog what it is', () => {
    const before = new Map([['a', '0.0.0']])
    const good = '# a\n\n## 0.1.0\n\n### Minor Changes\n\n- First.\n'
    expect(faultsOfRelease(before, released('0.1.0'), saying(good))).toEqual([])
    expect(faultsOfRelease(before, released('0.0.0'), saying(''))).toHaveLength(1)
    expect(faultsOfRelease(before, released('0.1.0'), saying(''))).toHaveLength(2)
    expect(faultsOfRelease(before, released('0.2.0'), saying(good))).toHaveLength(1)
  })

  it('of one package moves it, and nobody who does not use it', () => {
    const manifests = {
      used: { name: 'used', version: '0.1.0' },
      user: { name: 'user', version: '0.1.0', dependencies: { used: 'workspace:^' } },
      peer: { name: 'peer', version: '0.1.0', peerDependencies: { used: '>=0.1.0 <1' } },
    }
    for (const [name, manifest] of Object.entries(manifests))
      write(`packages/${name}/package.json`, manifest)
    const before = Object.fromEntries(Object.keys(manifests).map((name) => [name, '0.1.0']))
    const move = (after: Record<string, string>, next: typeof patched) => {
      const rehearsal = {
        root: place,
        versions: () => new Map(Object.entries(before)),
        version: () => new Map(Object.entries({ ...before, ...after })),
      }
      return faultsOfMove(rehearsal, 'used', next)
    }
    expect(move({ used: '0.1.1' }, patched)).toEqual([])
    expect(move({ used: '0.2.0', user: '0.1.1' }, raised)).toEqual([])
    expect(move({}, patched)).toEqual(['used is at 0.1.0, not 0.1.1'])
    expect(move({ used: '0.2.0', peer: '0.1.1' }, raised)).toEqual([
      expect.stringContaining('moves peer'),
    ])
    expect(move({ used: '0.2.0', user: '1.0.0' }, raised)).toEqual([
      expect.stringContaining('makes user 1.0.0'),
    ])
  })
})
