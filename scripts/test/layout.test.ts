import { describe, expect, it } from 'vitest'
import { fileCycles, packageCycles } from '../architecture/rules/cycles.ts'
import { direction } from '../architecture/rules/direction.ts'
import { drawers } from '../architecture/rules/names.ts'
import { roomOrder } from '../architecture/rules/rooms.ts'
import { house, manifest, places } from './house.ts'

describe('direction', () => {
  const imports = (file: string, specifier: string) =>
    places(direction(house({ [file]: `import { a } from '${specifier}'` })))

  it.each([
    ['core', 'authority'],
    ['core', 'guard'],
    ['guard', 'core'],
    ['guard', 'authority'],
    ['authority', 'core'],
    ['authority', 'guard'],
    ['protocol', 'core'],
    ['oauth', 'authority'],
    ['ai-sdk', 'guard'],
    ['ai-sdk', 'conformance'],
    ['cli', 'conformance'],
    ['core', 'core'],
  ])('refuses %s → %s', (from, to) => {
    const file = `packages/${from}/src/a.ts`
    expect(imports(file, `@lumojit/${to}`)).toEqual([`${file}:1`])
    expect(imports(file, `@lumojit/${to}/deep`)).toEqual([`${file}:1`])
  })

  it.each([
    ['core', 'protocol'],
    ['guard', 'protocol'],
    ['authority', 'protocol'],
    ['ai-sdk', 'core'],
    ['mcp', 'guard'],
    ['console', 'authority'],
    ['conformance', 'guard'],
    ['cli', 'ai-sdk'],
  ])('allows %s → %s', (from, to) => {
    expect(imports(`packages/${from}/src/a.ts`, `@lumojit/${to}`)).toEqual([])
  })

  it("lets an adapter's tests use conformance", () => {
    expect(imports('packages/ai-sdk/test/a.test.ts', '@lumojit/conformance')).toEqual([])
  })

  it('refuses a path that leaves the package, also from tests and examples', () => {
    for (const [file, specifier] of [
      ['packages/core/src/a.ts', '../../guard/src/b.ts'],
      ['packages/core/test/a.test.ts', '../../protocol/src/b.ts'],
      ['examples/quickstart/src/main.ts', '../../../packages/core/src/index.ts'],
      ['tests/test/a.test.ts', '../../packages/core/src/index.ts'],
    ] as const)
      expect(imports(file, specifier)).toEqual([`${file}:1`])
  })

  it('refuses a package that has no place', () => {
    const file = 'packages/attic/package.json'
    expect(places(direction(house({ [file]: manifest('attic') })))).toEqual([`${file}:1`])
  })
})

describe('rooms', () => {
  const src = 'packages/core/src'
  const check = (files: Readonly<Record<string, string>>) =>
    places(
      roomOrder(
        house(
          Object.fromEntries(Object.entries(files).map(([name, text]) => [`${src}/${name}`, text])),
        ),
      ),
    )

  it('refuses an import of a later room, a type included, and a file in a folder', () => {
    expect(
      check({
        'ledger.ts': "import { a } from './errors.ts'\nimport type { T } from './task.ts'",
        'flight/join.ts': "import { b } from '../ledger.ts'\nexport * from '../engine.ts'",
      }),
    ).toEqual([`${src}/flight/join.ts:2`, `${src}/ledger.ts:2`])
  })

  it('counts the files listed beside a room to it', () => {
    const plan = [{ name: 'clock' }, { name: 'flight', also: ['poll.ts'] }, { name: 'task' }]
    const tree = house({
      [`${src}/poll.ts`]: "import { a } from './flight.ts'\nimport { b } from './clock.ts'",
      [`${src}/clock.ts`]: "import { c } from './poll.ts'",
      [`${src}/task.ts`]: "import { d } from './poll.ts'",
    })
    expect(places(roomOrder(tree, plan))).toEqual([`${src}/clock.ts:1`])
  })

  it('lets index export everything', () => {
    expect(
      check({
        'index.ts': "export { c } from './engine.ts'\nexport { d } from './lumoauth/index.ts'",
      }),
    ).toEqual([])
  })

  it('refuses a file that is in no room', () => {
    expect(check({ 'stuff.ts': '', 'task-force.ts': '' })).toEqual([
      `${src}/stuff.ts:1`,
      `${src}/task-force.ts:1`,
    ])
  })

  it('lets lumoauth know clock, errors and protocol only, and only index know lumoauth', () => {
    expect(
      check({
        'lumoauth/a.ts':
          "import { a } from '../clock.ts'\nimport { b } from '../errors.ts'\nimport { c } from '@lumojit/protocol'\nimport { d } from './b.ts'",
        'lumoauth/b.ts': "import { e } from '../ledger.ts'\nimport { f } from 'jose'",
        'engine.ts': "import { lumoAuth } from './lumoauth/a.ts'",
      }),
    ).toEqual([`${src}/engine.ts:1`, `${src}/lumoauth/b.ts:1`, `${src}/lumoauth/b.ts:2`])
  })
})

describe('cycles', () => {
  it('finds a cycle of values, and one of types alone', () => {
    const files = (keyword: string) => ({
      'packages/core/src/a.ts': `${keyword} { b } from './b.ts'`,
      'packages/core/src/b.ts': `const x = 1\n${keyword} { c } from './c.ts'`,
      'packages/core/src/c.ts': `${keyword} { a } from './a.ts'`,
    })
    for (const keyword of ['import', 'import type', 'export'])
      expect(places(fileCycles(house(files(keyword))))).toEqual(['packages/core/src/a.ts:1'])
  })

  it('finds a file that imports itself, and none in a diamond', () => {
    expect(places(fileCycles(house({ 'scripts/a.ts': "import './a.ts'" })))).toEqual([
      'scripts/a.ts:1',
    ])
    const diamond = {
      'tests/a.ts': "import './b.ts'\nimport './c.ts'",
      'tests/b.ts': "import './d.ts'",
      'tests/c.ts': "import './d.ts'",
      'tests/d.ts': '',
    }
    expect(fileCycles(house(diamond))).toEqual([])
  })

  it('finds packages in a circle, development dependencies counted', () => {
    const circle = house({
      'packages/core/package.json': manifest('core', {
        devDependencies: { '@lumojit/conformance': 'workspace:^' },
      }),
      'packages/conformance/package.json': manifest('conformance', {
        dependencies: { '@lumojit/core': 'workspace:^' },
      }),
    })
    expect(packageCycles(circle)).toHaveLength(1)
  })
})

describe('drawers', () => {
  it('refuses files and folders named after nothing', () => {
    expect(
      places(
        drawers(
          house({
            'packages/core/src/utils.ts': '',
            'packages/core/src/types/task.ts': '',
            'packages/guard/test/helpers.ts': '',
            'scripts/common.mjs': '',
            'packages/core/src/type-table.ts': '',
          }),
        ),
      ),
    ).toEqual([
      'packages/core/src/types/task.ts:1',
      'packages/core/src/utils.ts:1',
      'packages/guard/test/helpers.ts:1',
      'scripts/common.mjs:1',
    ])
  })
})
