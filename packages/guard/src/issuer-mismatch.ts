import { GuardError } from './guard-error.ts'

/**
 * The issuer that LumoAuth's wire means when a path under `/t/{tenant}` is configured: tokens and metadata carry the
 * `/orgs/{org}` form whichever of the two a caller uses. Undefined when this is no such path.
 */
export function orgsForm(issuer: string): string | undefined {
  const twin = issuer.replace(/^(https?:\/\/[^/]+(?:\/.*?)?)\/t\/([^/]+\/api\/v1)$/, '$1/orgs/$2')
  return twin === issuer ? undefined : twin
}

/** The configured issuer is not the one the authority goes by. What it says of itself is repeated only where it is plain. */
export function issuerMismatch(message: string, configured: string, named: unknown): GuardError {
  const isTwin = orgsForm(configured) !== undefined && named === orgsForm(configured)
  return new GuardError(
    'ISSUER_MISMATCH',
    message,
    isTwin
      ? `Set issuer to '${named}': the /t path serves the same authority, but tokens carry the /orgs form.`
      : `Configure the issuer exactly as the metadata names it; configured is ${configured}.`,
  )
}
