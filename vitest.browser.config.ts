import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** Tests that need a browser. `scripts/test-browser.sh` sees to one. */
const { projects: _, ...test } = base.test ?? {}
export default mergeConfig(
  { ...base, test },
  defineConfig({
    test: {
      include: ['examples/*/browser/**/*.test.ts', 'packages/*/browser/**/*.test.ts'],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      fileParallelism: false,
    },
  }),
)
