export {
  createJitAgentGraph,
  type JitAgentGraphOptions,
  shouldContinue,
} from './create-jit-agent-graph.ts'
export { createJitToolNode, type JitToolNodeOptions } from './create-jit-tool-node.ts'
export { type JitToolFields, type JitToolRuntime, jitTool, type Permissions } from './jit-tool.ts'
export { journal } from './journal.ts'
export type { JitRunOptions, JitTaskOptions } from './live-run.ts'
export { type JitGraph, type PendingPermission, pendingPermissions } from './pending-permissions.ts'
export type { DeclaredPermission } from './read-call.ts'
export { requestJitAccessTool } from './request-jit-access-tool.ts'
export { abandon, runWithJit, streamWithJit, wake } from './run-with-jit.ts'
export type { ToldRefusal } from './tell-outcome.ts'
