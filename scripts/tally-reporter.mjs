/** Ends a Vitest run with one plain line: "N passed, N failed, N skipped". */
export default {
  onTestRunEnd(modules) {
    const tally = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) tally[test.result().state] += 1
      if (module.errors().length > 0) tally.failed += 1
    }
    console.log(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
  },
}
