import { isPlainObject } from '../canonical-json.ts'
import type { Challenge } from '../challenge.ts'
import { encodeJson, readEncodedJson } from '../encoded-json.ts'
import { readDetails } from '../read-details.ts'
import {
  type DialectReader,
  findParameter,
  foundDetails,
  type WrittenChallenge,
} from './dialect.ts'
import { detailsOf, refusal } from './writing.ts'

const ERROR = 'insufficient_authorization'
const PARAMETER = 'authorization_remediation'

/**
 * draft-zehavi-oauth-rar-metadata 05 and later: 401, and one `WWW-Authenticate` parameter that holds
 * base64url of `{ authorization_details, authorization_reference? }`. A reference without details
 * (06 allows it) names nothing that could be asked for.
 */
export const rar401: DialectReader = {
  name: 'rar-401',
  codes: [ERROR],
  // The draft has no body since 05; a resource half-way from 04 sends the new code with the old body.
  bodyMayHold: true,
  places: [
    {
      order: 1,
      read(head) {
        const value = findParameter(head, PARAMETER)
        if (value === undefined) return undefined
        const json = readEncodedJson(value, head.limits.headerBytes)
        if (json.kind === 'unreadable') return json
        if (!isPlainObject(json.value)) return { kind: 'unreadable', reason: 'no-type' }
        const reading = readDetails(json.value.authorization_details, head.limits)
        return foundDetails('rar-401', reading, head, json.value.authorization_reference)
      },
    },
  ],
}

export function writeRar401(challenge: Challenge, description: string): WrittenChallenge {
  const remediation = {
    authorization_details: detailsOf(challenge),
    ...(challenge.reference !== undefined && { authorization_reference: challenge.reference }),
  }
  return refusal({
    status: 401,
    error: ERROR,
    description,
    parameters: [
      [PARAMETER, encodeJson(remediation, 'url')],
      ['resource_metadata', challenge.resourceMetadata],
    ],
  })
}
