import { AsyncLocalStorage } from 'node:async_hooks'
import type { ToolContext } from './context.ts'

const current = new AsyncLocalStorage<ToolContext>()

/** The permissions of the tool call (or `runTask`) around the caller, if there is one. */
export function currentTask(): ToolContext | undefined {
  return current.getStore()
}

export function within<R>(context: ToolContext, run: () => R): R {
  return current.run(context, run)
}
