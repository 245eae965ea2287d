import type { ToolContext } from '@lumojit/core'
import type { DeclaredPermission } from './read-call.ts'

/** Asked for before the tool runs, so that no call is spent on finding out. */
export type Permissions<Input> = (
  input: Input,
) =>
  | DeclaredPermission
  | readonly DeclaredPermission[]
  | Promise<DeclaredPermission | readonly DeclaredPermission[]>

/** What Mastra hands to a tool or a step, and the engine's hands for this one call. */
export type Within<Context> = Context & {
  /** `fetch`, `request` and `withToken` of this call. */
  readonly jit: ToolContext
}

export async function declaredBy<Input>(
  permissions: Permissions<Input> | undefined,
  input: Input,
): Promise<readonly DeclaredPermission[]> {
  return permissions ? [await permissions(input)].flat() : []
}

/** A copy with `jit`, which is not to be seen when it is printed. */
export function within<Context extends object>(
  context: Context | undefined,
  jit: ToolContext,
): Within<Context> {
  const copy = { ...context } as Context
  return Object.defineProperty(copy, 'jit', { value: jit }) as Within<Context>
}
