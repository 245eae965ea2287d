import { GraphInterrupt, task } from '@langchain/langgraph'
import { isLumojitError, LumojitError, type Refusal } from '@lumojit/core'

type Entry<R> =
  | { readonly value: R }
  | { readonly failed: { readonly message: string; readonly refusal?: Refusal } }

/**
 * A step of a tool that is done once although the tool runs again from its top: two payments in one
 * tool, say. Call it inside a tool, in the same order every time; what it returns is kept in the
 * checkpoint, so return plain data and no more than you need.
 */
export function journal<Args extends unknown[], R>(
  name: string,
  step: (...args: Args) => Promise<R>,
): (...args: Args) => Promise<R> {
  return async (...args) => {
    let thrown: unknown
    // A task that throws ends the whole run, caught or not: an error is an entry like any other.
    const entry = await task(name, async (): Promise<Entry<R>> => {
      try {
        return { value: await step(...args) }
      } catch (error) {
        if (isLumojitError(error) && error.code === 'SUSPENDED') throw new GraphInterrupt([])
        thrown = error
        const refusal = isLumojitError(error) ? error.refusal : undefined
        const message = error instanceof Error ? error.message : String(error)
        return { failed: { message, ...(refusal ? { refusal } : {}) } }
      }
    })()
    if ('value' in entry) return entry.value
    throw thrown ?? again(entry.failed)
  }
}

function again({ message, refusal }: { readonly message: string; readonly refusal?: Refusal }) {
  if (!refusal) return new Error(message)
  return new LumojitError(refusal.code, message, 'It was refused when the step was done.', {
    refusal,
  })
}
