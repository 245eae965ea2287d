import { appendFileSync } from 'node:fs'
import { type AdapterDriver, pretendDriver } from '@lumojit/conformance'

/**
 * A driver for child processes that notes their ids in the file its own URL names, and forgets to
 * pause: every case it plays in a child fails while that child is alive.
 */
const driver: AdapterDriver = {
  ...pretendDriver,
  module: new URL(import.meta.url),
  open: async (setup) => {
    const notes = new URL(import.meta.url).searchParams.get('notes')
    if (notes !== null) appendFileSync(notes, `${process.pid}\n`)
    const run = await pretendDriver.open(setup)
    return {
      start: async (input, options) => ({
        ...(await run.start(input, options)),
        status: 'finished',
      }),
      resume: async (state, options) => run.resume(state, options),
      [Symbol.asyncDispose]: () => run[Symbol.asyncDispose](),
    }
  },
}
export default driver
