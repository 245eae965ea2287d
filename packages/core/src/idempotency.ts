import { digest } from './digest.ts'
import { withoutFragment } from './resource-list.ts'

/** What makes two sends the same send. */
export interface Fingerprint {
  readonly authority: string
  /** Hash of the subject: two users of one conversation never share a key. */
  readonly subject: string
  readonly call: string
  readonly method: string
  readonly url: string
  readonly bodyHash: string
}

/**
 * The value of `Idempotency-Key`: equal for every repetition of one send of one logical call, in
 * any process; different for every other. The task is not in it, since a task may be replaced
 * when a call resumes. `nth` tells equal sends within one execution apart.
 */
export function idempotencyKey(send: Fingerprint, nth: number): Promise<string> {
  const { authority, subject, call, method, url, bodyHash } = send
  return digest([
    'lumojit/1',
    authority,
    subject,
    call,
    method,
    withoutFragment(url),
    bodyHash,
    nth,
  ])
}
