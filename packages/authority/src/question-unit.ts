import { type AuthorizationDetails, canonical, type Reuse } from '@lumojit/protocol'

/** Task, resource, canonical details and reuse unit as one text: equal text, same question. */
export const unitOf = (
  taskId: string,
  resource: string | undefined,
  details: AuthorizationDetails,
  reuse: Reuse,
  key: string | undefined,
): string =>
  JSON.stringify([
    taskId,
    resource ?? null,
    canonical(details),
    reuse,
    reuse === 'once' ? (key ?? null) : null,
  ])
