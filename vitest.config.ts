import { defineConfig } from 'vitest/config'
import tally from './scripts/tally-reporter.mjs'

// Tests read the TypeScript sources of sibling packages, so they need no build.
const conditions = ['@lumojit/source', 'module', 'node', 'development|production']
// Node knows no 'module', and vitest hands these on to it: some packages have files there that only bundlers can read.
const nodeConditions = conditions.filter((each) => each !== 'module')

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions: nodeConditions, externalConditions: ['@lumojit/source'] } },
  test: {
    reporters: ['default', tally],
    // Functional deadlines are at least ten times the typical duration: a slow machine is no failure.
    testTimeout: 30_000,
    // Files share what they import: every test opens and closes its own world, and loading frameworks again cost 40 % of the time.
    isolate: false,
    // One core fewer is vitest's default: half of a machine that has two.
    maxWorkers: '100%',
    expect: { poll: { timeout: 20_000 } },
    projects: ['packages/*', 'tests', 'examples/*', 'scripts'].map((dir) => ({
      extends: true,
      test: { name: dir, include: [`${dir}/test/**/*.test.ts`] },
    })),
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
})
