import type { Challenge } from '../challenge.ts'
import { readEncodedJson } from '../encoded-json.ts'
import { readDetails } from '../read-details.ts'
import {
  type DialectReader,
  findParameter,
  foundDetails,
  type WrittenChallenge,
} from './dialect.ts'
import { detailsOf, refusal } from './writing.ts'

const ERROR = 'insufficient_authorization_details'

/**
 * draft-zehavi-oauth-rar-metadata 00 to 04: 403, the details in a `WWW-Authenticate` parameter (00)
 * or in the body (01 to 04), where 03 and 04 add `authorization_hint`, what 05 calls the reference.
 */
export const rar403: DialectReader = {
  name: 'rar-403',
  codes: [ERROR],
  bodyMayHold: true,
  places: [
    {
      order: 3,
      read(head) {
        const value = findParameter(head, 'authorization_details')
        if (value === undefined) return undefined
        const json = readEncodedJson(value, head.limits.headerBytes)
        if (json.kind === 'unreadable') return json
        return foundDetails('rar-403', readDetails(json.value, head.limits), head)
      },
    },
    {
      order: 5,
      read(head, body) {
        if (body?.authorization_details === undefined) return undefined
        const reading = readDetails(body.authorization_details, head.limits)
        return foundDetails('rar-403', reading, head, body.authorization_hint)
      },
    },
    {
      order: 7,
      read(_head, body) {
        // Draft 04 may name types only. Nobody can ask for a type alone, so it is said, not guessed.
        return body?.authorization_details_types_required === undefined
          ? undefined
          : { kind: 'unreadable', reason: 'types-only' }
      },
    },
  ],
}

export function writeRar403(challenge: Challenge, description: string): WrittenChallenge {
  const details = detailsOf(challenge)
  return refusal({
    status: 403,
    error: ERROR,
    description,
    parameters: [['resource_metadata', challenge.resourceMetadata]],
    members: {
      authorization_details_types_required: {
        allOf: [...new Set(details.map((detail) => detail.type))],
      },
      authorization_details: details,
      ...(challenge.reference !== undefined && { authorization_hint: challenge.reference }),
    },
  })
}
