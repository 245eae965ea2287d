import { GuardError } from './guard-error.ts'

/** Not known at the moment: cut off, silent, or never reached. */
export const unreachable = (cause: unknown) =>
  new GuardError(
    'FEED_UNREACHABLE',
    'What the authority has revoked is not known at the moment.',
    'See that the events_endpoint of its metadata can be reached, unbuffered, from where this API runs.',
    cause,
  )

/** An event that may have been a revocation. */
export const unreadable = (cause: unknown) =>
  new GuardError(
    'FEED_UNREADABLE',
    'The revocation feed sent an event that cannot be read.',
    'Let the authority send the events its version of lumojit documents.',
    cause,
  )

/** Not in the metadata: a matter of configuration, which waiting does not mend. */
export const notOffered = () =>
  new GuardError(
    'FEED_NOT_OFFERED',
    'The authority offers no revocation feed.',
    "Set revocation: 'none' and accept that a revoked token works here until it expires.",
  )
