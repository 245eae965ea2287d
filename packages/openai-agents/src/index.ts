export {
  createJitRunner,
  type JitRunner,
  type JitRunnerOptions,
  type JitRunOptions,
} from './create-jit-runner.ts'
export {
  type JitToolCallDetails,
  type JitToolOptions,
  jitTool,
  type Permissions,
} from './jit-tool.ts'
export type { JitTaskOptions, LiveRunOptions } from './live-run.ts'
export {
  type Interrupted,
  type PendingPermission,
  pendingPermissions,
} from './pending-permissions.ts'
export type { DeclaredPermission } from './read-call.ts'
export { requestJitAccessTool } from './request-jit-access-tool.ts'
export type { ToldRefusal } from './tell-outcome.ts'
export { type WrapOptions, wrap } from './wrap.ts'
