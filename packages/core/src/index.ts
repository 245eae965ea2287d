export type { PendingMode, PendingVerdict } from './call.ts'
export type { CallbackOptions } from './callback.ts'
export { type Clock, systemClock } from './clock.ts'
export type { ToolContext } from './context.ts'
export { currentTask } from './current-task.ts'
export { createJit, type Jit, type RunRef } from './engine.ts'
export {
  type FaultCode,
  isLumojitError,
  LumojitError,
  type PendingApproval,
  type PendingRequest,
  type Refusal,
  type RefusalCode,
} from './errors.ts'
export type { CallbackFlaw, HandleFlaw, JitEvent } from './events.ts'
export type { GrantInfo } from './ledger.ts'
export { lumoAuth } from './lumoauth/lumo-auth.ts'
export type { LumoAuthOptions } from './lumoauth/options.ts'
export type { JitOptions } from './options.ts'
export type { AskOptions, Permissions } from './permissions.ts'
export type { Ask, Budget, Policy, PolicyVerdict } from './policy.ts'
export type { JitRequestInit } from './prepare.ts'
export { memoryStore, type Store } from './store.ts'
export type { Task } from './task.ts'
export type { Outcome, ToolCall } from './tool-call.ts'
