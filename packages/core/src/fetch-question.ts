import type { Permission } from '@lumojit/protocol'
import type { Call } from './call.ts'
import { digest } from './digest.ts'
import type { JitRequestInit } from './prepare.ts'
import { canonicalPermission, type Question } from './question.ts'
import { isSafe, type Sending } from './send.ts'

/** What an HTTP call that was refused needs to be allowed. */
export async function questionOf(
  call: Call,
  sending: Sending,
  init: JitRequestInit,
  permission: Permission,
  ttlSeconds: number,
): Promise<Question> {
  const { method, url, resource } = sending
  const circumstances = await circumstancesOf(sending)
  return {
    resource,
    permission,
    canonical: canonicalPermission(permission),
    reuse: isSafe(method) ? 'task' : 'once',
    unit: await unitOf(call, circumstances, sending.nth),
    circumstances,
    method,
    url,
    justification:
      init.justification ??
      (call.toolName ? `${call.toolName} (${method})` : `${method} ${url.pathname}`),
    ttlSeconds,
  }
}

/** Method, URL and body: what the call was about, whoever makes it. */
export async function circumstancesOf({ method, url, body }: Sending): Promise<string> {
  return digest([method, url.href, await body.hash()])
}

/** Names one send of one call: what a `once` grant is spent by. */
export function unitOf(call: Call, circumstances: string, nth: number): Promise<string> {
  return digest([call.identity, circumstances, nth])
}
