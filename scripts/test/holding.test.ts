import { describe, expect, it } from 'vitest'
import { adapterHolds, frameworkFree } from '../architecture/rules/adapters.ts'
import { manifests } from '../architecture/rules/manifests.ts'
import { cornered, literalImports, nodeFree, runsAsItIs } from '../architecture/rules/runtime.ts'
import { house, manifest, places } from './house.ts'

describe('node-free', () => {
  it('refuses a Node module by import, by its bare name and through getBuiltinModule', () => {
    const names = {
      'packages/core/src/task.ts': "import { x } from 'node:fs'",
      'packages/core/src/store.ts': "import type { x } from 'crypto'",
      'packages/core/src/clock.ts': "const a = process.getBuiltinModule('node:timers')",
      'packages/protocol/src/a.ts': "import { x } from 'node:buffer'",
      'packages/guard/src/index.ts': "import { x } from 'node:http'",
    }
    expect(places(nodeFree(house(names))).sort()).toEqual(
      Object.keys(names)
        .map((file) => `${file}:1`)
        .sort(),
    )
  })

  it('allows it where a room or a skin is there for Node', () => {
    expect(
      nodeFree(
        house({
          'packages/core/src/current-task.ts': "import { x } from 'node:async_hooks'",
          'packages/core/src/signals/node.ts': "import { x } from 'node:process'",
          'packages/guard/src/node.ts': "import { x } from 'node:http'",
          'packages/authority/src/node.ts': "import { x } from 'node:http'",
          'packages/core/test/a.test.ts': "import { x } from 'node:fs'",
        }),
      ),
    ).toEqual([])
  })
})

describe('runs-as-it-is', () => {
  it('refuses `using` in whatever Node runs directly', () => {
    const files = {
      'examples/quickstart/src/main.ts': 'await using task = await jit.openTask()',
      'packages/core/src/task.ts': 'async () => {\n  using lock = take()\n}',
      'packages/cli/bin/lumojit.ts': 'for (await using a of b) {}',
      'scripts/a.ts': 'await using a: Task = b',
    }
    expect(places(runsAsItIs(house(files))).sort()).toEqual([
      'examples/quickstart/src/main.ts:1',
      'packages/cli/bin/lumojit.ts:1',
      'packages/core/src/task.ts:2',
      'scripts/a.ts:1',
    ])
  })

  it('leaves comments, texts and tests alone', () => {
    const files = {
      'packages/core/src/task.ts': "// await using task = x\nconst fix = 'await using task = x'",
      'packages/core/test/a.test.ts': 'await using task = x',
    }
    expect(runsAsItIs(house(files))).toEqual([])
  })
})

describe('literal-import', () => {
  it('refuses what cannot be followed', () => {
    const file = 'packages/core/src/task.ts'
    expect(places(literalImports(house({ [file]: 'const a = await import(name)' })))).toEqual([
      `${file}:1`,
    ])
    const child = 'packages/conformance/src/child/main.ts'
    expect(literalImports(house({ [child]: 'const a = await import(driver)' }))).toEqual([])
    expect(literalImports(house({ [file]: "const a = await import('./b.ts')" }))).toEqual([])
  })
})

describe('cornered', () => {
  it('keeps a library where it was put', () => {
    expect(
      places(
        cornered(
          house({
            'packages/authority/src/operations/approve.ts': "import { Hono } from 'hono'",
            'packages/authority/src/tokens.ts': "import { x } from 'hono/factory'",
            'packages/authority/src/http/call.ts': "import type { Context } from 'hono'",
            'packages/authority/src/http.ts': "import { Hono } from 'hono'",
            'packages/authority/src/node.ts': "import { x } from '@hono/node-server'",
            'packages/guard/src/index.ts': "export { guardHono } from './hono.ts'",
            'packages/guard/src/guard.ts': "import type { Context } from 'hono'",
            'packages/guard/src/hono.ts': "import type { Context } from 'hono'",
          }),
        ),
      ),
    ).toEqual([
      'packages/authority/src/operations/approve.ts:1',
      'packages/authority/src/tokens.ts:1',
      'packages/guard/src/guard.ts:1',
    ])
  })
})

describe('adapter-holds', () => {
  it.each([
    ['a fetch', 'const r = await fetch(url)'],
    ["the engine's fetch", 'const r = await task.fetch(url)'],
    ['a fetch by its global name', 'const f = globalThis.fetch'],
    ['a timer', 'setTimeout(run, 10)'],
    ['an interval', 'setInterval(run, 10)'],
    ['a timed signal', 'const s = AbortSignal.timeout(10)'],
    ['an endless loop', 'while (true) {}'],
    ['a loop without end', 'for (;;) {}'],
    ['a count of attempts', 'const attempts = 3'],
    ['a retry', 'retry(call)'],
    ['a token', 'const token = outcome.token'],
    ['a token in a text', "const header = 'access_token'"],
    ['a bearer', 'const header = `Bearer ${x}`'],
    ['a secret', 'import type { Secret } from "@lumojit/protocol"'],
    ['a look inside a secret', 'grant.value.reveal()'],
    ['a way out', "import { request } from 'undici'"],
    ['a clock', "import { setTimeout as wait } from 'node:timers/promises'"],
  ])('refuses %s', (_, text) => {
    const file = 'packages/mastra/src/jit-tool.ts'
    expect(places(adapterHolds(house({ [file]: text }))).every((at) => at === `${file}:1`)).toBe(
      true,
    )
    expect(adapterHolds(house({ [file]: text })).length).toBeGreaterThan(0)
  })

  it('lets an adapter translate', () => {
    const text = [
      '// the token stays in core; nothing is retried here',
      'export const tell = (o) => ({ retryable: o.refusal.retryable, after: o.refusal.retryAfterMs })',
      'const prefetched = usage.totalTokens',
    ].join('\n')
    expect(adapterHolds(house({ 'packages/ai-sdk/src/tell-outcome.ts': text }))).toEqual([])
    expect(adapterHolds(house({ 'packages/core/src/guarded-fetch.ts': 'fetch(url)' }))).toEqual([])
  })

  it('lets the gateway forward through a task, and nothing else', () => {
    const file = 'packages/mcp/src/gateway.ts'
    expect(adapterHolds(house({ [file]: 'await task.fetch(url)' }))).toEqual([])
    expect(adapterHolds(house({ [file]: 'await fetch(url)' }))).toHaveLength(1)
  })
})

describe('framework-free', () => {
  it.each(['openai', 'LangGraph', 'langchain', 'mastra', 'Vercel', 'adk'])('refuses %s', (word) => {
    const file = 'packages/core/src/task.ts'
    const text = `const a = 1\n// as ${word} does`
    expect(places(frameworkFree(house({ [file]: text })))).toEqual([`${file}:2`])
  })

  it('lets the adapter say its own name, and words that only look alike', () => {
    expect(
      frameworkFree(
        house({ 'packages/mastra/src/a.ts': 'mastra', 'packages/core/src/a.ts': 'roadkill' }),
      ),
    ).toEqual([])
  })
})

describe('manifest', () => {
  const check = (name: string, more: object) =>
    manifests(house({ [`packages/${name}/package.json`]: manifest(name, more) }))

  it('refuses a third-party dependency of core and protocol', () => {
    expect(check('core', { dependencies: { jose: '^6' } })).toHaveLength(1)
    expect(check('protocol', { optionalDependencies: { canonicalize: '^2' } })).toHaveLength(1)
    expect(check('core', { peerDependencies: { zod: '^4' } })).toHaveLength(1)
    expect(check('core', { devDependencies: { jose: '^6' } })).toHaveLength(0)
    expect(check('guard', { dependencies: { jose: '^6' } })).toHaveLength(0)
  })

  it('refuses a dependency against the direction', () => {
    expect(check('core', { dependencies: { '@lumojit/guard': 'workspace:^' } })).toHaveLength(1)
    expect(
      check('core', {
        dependencies: { '@lumojit/protocol': 'workspace:^' },
        devDependencies: { '@lumojit/authority': 'workspace:^' },
      }),
    ).toHaveLength(0)
  })

  it('wants core and the framework of an adapter as peers', () => {
    const peers = { '@lumojit/core': '>=0.1.0 <1', '@mastra/core': '^1' }
    expect(check('mastra', { peerDependencies: peers })).toHaveLength(0)
    expect(check('mastra', { peerDependencies: { '@mastra/core': '^1' } })).toHaveLength(1)
    expect(check('mastra', { peerDependencies: { '@lumojit/core': '>=0.1.0 <1' } })).toHaveLength(1)
    expect(
      check('mastra', { peerDependencies: peers, dependencies: { '@mastra/core': '^1' } }),
    ).toHaveLength(1)
    expect(
      check('mastra', { peerDependencies: peers, dependencies: { '@lumojit/core': '^0.1.0' } }),
    ).toHaveLength(1)
  })
})
