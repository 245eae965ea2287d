import type { Challenge } from '../challenge.ts'
import { type DialectReader, foundPermission, type WrittenChallenge } from './dialect.ts'
import { refusal } from './writing.ts'

const ERROR = 'insufficient_scope'
/** RFC 6749 §3.3, `scope-token`. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** RFC 6750 §3.1, and MCP's step-up: 403, and the `scope` the call needs. Without one it asks for nothing. */
export const scope: DialectReader = {
  name: 'scope',
  codes: [ERROR],
  bodyMayHold: false,
  places: [
    {
      order: 4,
      read(head) {
        const challenge = head.challenges.find((one) => one.parameters.get('error') === ERROR)
        const names = new Set(challenge?.parameters.get('scope')?.split(' ').filter(Boolean))
        const [first, ...others] = names
        if (first === undefined) return undefined
        if (names.size > head.limits.members) return { kind: 'unreadable', reason: 'too-many' }
        for (const name of names) {
          if (name.length > head.limits.stringLength) {
            return { kind: 'unreadable', reason: 'too-large' }
          }
          if (!SCOPE_TOKEN.test(name)) return { kind: 'unreadable', reason: 'bad-member' }
        }
        const permission = { kind: 'scope', scope: [first, ...others] } as const
        return foundPermission({ dialect: 'scope', permission }, head)
      },
    },
  ],
}

export function writeScope(challenge: Challenge, description: string): WrittenChallenge {
  const { permission } = challenge
  if (permission.kind !== 'scope') {
    throw new TypeError('The dialect scope carries scope, and the challenge has details')
  }
  if (!permission.scope.every((name) => SCOPE_TOKEN.test(name))) {
    throw new TypeError('A scope must be an RFC 6749 scope-token')
  }
  return refusal({
    status: 403,
    error: ERROR,
    description,
    parameters: [
      ['scope', permission.scope.join(' ')],
      ['resource_metadata', challenge.resourceMetadata],
    ],
  })
}
