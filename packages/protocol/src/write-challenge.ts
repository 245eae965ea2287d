import type { Challenge } from './challenge.ts'
import type { WrittenChallenge } from './dialects/dialect.ts'
import { writers } from './dialects/table.ts'

const DESCRIPTION = 'This call needs a permission that the token does not carry.'

/**
 * The refusal of a resource: status, headers (ASCII) and a JSON body that say what is missing, in
 * the challenge's dialect. `description` is for people; what a header cannot carry becomes `?` there.
 *
 * Throws `TypeError` when dialect and permission do not go together, or a value cannot be written.
 */
export function writeChallenge(challenge: Challenge, description = DESCRIPTION): WrittenChallenge {
  const { dialect } = challenge
  if (!Object.hasOwn(writers, dialect)) throw new TypeError(`Unknown dialect: ${dialect}`)
  return writers[dialect](challenge, description)
}
