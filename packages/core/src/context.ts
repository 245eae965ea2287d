import type { Permissions } from './permissions.ts'

/** What a tool is given while it runs. */
export interface ToolContext extends Permissions {
  readonly taskId: string | undefined
  /** Aborts with the call and with the task. */
  readonly signal: AbortSignal
}
