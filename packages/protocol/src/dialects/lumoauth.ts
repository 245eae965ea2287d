import type { Challenge } from '../challenge.ts'
import { encodeJson, readEncodedJson } from '../encoded-json.ts'
import { readDetails } from '../read-details.ts'
import { type DialectReader, foundDetails, type WrittenChallenge } from './dialect.ts'
import { detailsOf, oneOrMany, refusal } from './writing.ts'

const ERROR = 'insufficient_authorization_details'
const HEADER = 'Insufficient-Authorization-Details'
/** Proxies commonly refuse more. Beyond it the details travel in the body alone. */
const MAX_HEADER_WRITTEN = 4096

/**
 * LumoAuth: 403, the details in a header of their own as base64 of UTF-8 JSON (an object; readers
 * also meet arrays, the URL alphabet and raw JSON), and an `authorization_details_hint` in the body.
 */
export const lumoauth: DialectReader = {
  name: 'lumoauth',
  codes: [ERROR],
  bodyMayHold: true,
  header: HEADER,
  places: [
    {
      order: 2,
      read(head, body) {
        const value = head.headers.get(HEADER)
        if (value === null) return undefined
        const json = readEncodedJson(value, head.limits.headerBytes)
        if (json.kind === 'unreadable') return json
        const reading = readDetails(json.value, head.limits)
        return foundDetails('lumoauth', reading, head, body?.authorization_hint)
      },
    },
    {
      order: 6,
      read(head, body) {
        const hint = body?.authorization_details_hint
        if (hint === undefined) return undefined
        const reading = readDetails(hint, head.limits)
        return foundDetails('lumoauth', reading, head, body?.authorization_hint)
      },
    },
  ],
}

export function writeLumoauth(challenge: Challenge, description: string): WrittenChallenge {
  const details = detailsOf(challenge)
  const header = encodeJson(oneOrMany(details), 'standard')
  return refusal({
    status: 403,
    error: ERROR,
    description,
    parameters: [['resource_metadata', challenge.resourceMetadata]],
    ...(header.length <= MAX_HEADER_WRITTEN && { headers: { [HEADER]: header } }),
    members: {
      // An object by definition: of several details, one alone would ask for too little.
      ...(details.length === 1 && { authorization_details_hint: details[0] }),
      authorization_details: details,
      ...(challenge.reference !== undefined && { authorization_hint: challenge.reference }),
    },
  })
}
