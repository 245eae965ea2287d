export type FaultName =
  | 'NODE_OLD'
  | 'SETTINGS_UNUSABLE'
  | 'READABLE_BY_OTHERS'
  | 'INSECURE_URL'
  | 'URL_HAS_PATH'
  | 'AUTHORITY_UNREACHABLE'
  | 'NO_AUTHORITY'
  | 'ORGANIZATION_UNKNOWN'
  | 'PATH_T'
  | 'PATH_ORGS'
  | 'ISSUER_UNLIKE'
  | 'CLOCK_OFF'
  | 'WRONG_SECRET'
  | 'TOKEN_REFUSED'
  | 'KEYS_UNUSABLE'
  | 'SHARED_BASE_TOKEN'
  | 'RESOURCE_NOT_LISTED'
  | 'RESOURCE_UNREACHABLE'
  | 'GUARD_OTHER_ISSUER'
  | 'GUARD_OTHER_AUDIENCE'
  | 'GUARD_REFUSES'
  | 'GUARD_BLIND'

/** `care`: it works, and somebody should know. `open`: could not be looked at. */
export type Finding = {
  /** What was looked at: `authority`, `clock`, the URL of an API … */
  readonly check: string
  readonly says: string
} & (
  | { readonly state: 'well' | 'open' }
  | { readonly state: 'fault' | 'care'; readonly code: FaultName; readonly fix: string }
)

export const well = (check: string, says: string): Finding => ({ check, state: 'well', says })
export const open = (check: string, says: string): Finding => ({ check, state: 'open', says })
export const fault = (check: string, code: FaultName, says: string, fix: string): Finding => ({
  check,
  state: 'fault',
  code,
  says,
  fix,
})
export const care = (check: string, code: FaultName, says: string, fix: string): Finding => ({
  check,
  state: 'care',
  code,
  says,
  fix,
})
