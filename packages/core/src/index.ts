export { type Clock, systemClock } from './clock.ts'
export {
  type FaultCode,
  isLumojitError,
  LumojitError,
  type PendingApproval,
  type PendingRequest,
  type Refusal,
  type RefusalCode,
} from './errors.ts'
