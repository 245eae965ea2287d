import assert from 'node:assert/strict'
import type { AuthorizationDetails } from '@lumojit/protocol'
import type { SuiteCase } from '../suite-case.ts'
import type { GuardHarness, GuardSetup, OpenGuard } from './harness.ts'
import { AUDIENCE, type PretendIssuer, pretendIssuer } from './pretend-issuer.ts'

export const required: AuthorizationDetails = [
  { type: 'file_access', actions: ['read', 'write'], identifier: 'q4.pdf' },
]

/** A pretend issuer and guards that trust it. */
export interface GuardSession {
  readonly issuer: PretendIssuer
  open(setup?: Partial<GuardSetup>): Promise<OpenGuard>
}

export type GuardCaseOf = (
  id: string,
  title: string,
  use: (session: GuardSession) => Promise<void>,
) => SuiteCase

export function guardCasesOf(harness: GuardHarness): GuardCaseOf {
  return (id, title, use) => ({
    id,
    title,
    run: async () => {
      const issuer = await pretendIssuer()
      const opened: OpenGuard[] = []
      const open: GuardSession['open'] = async (setup = {}) => {
        const guard = await harness.open({
          issuer: issuer.issuer,
          audience: AUDIENCE,
          dialect: 'lumoauth',
          challengeAnonymous: false,
          introspection: issuer.introspection,
          required,
          ...setup,
        })
        opened.push(guard)
        return guard
      }
      try {
        await use({ issuer, open })
      } finally {
        await Promise.all(opened.map((guard) => guard.close()))
        await issuer.stop()
      }
    },
  })
}

export const bearer = (token: string) => [['authorization', `Bearer ${token}`]] as const

/** The status, with the body read so that no connection stays busy. */
export async function statusOf(guard: OpenGuard, token: string): Promise<number> {
  const response = await guard.send(bearer(token))
  await response.arrayBuffer()
  return response.status
}

/** Asks until the answer is so, and says how long that took. */
export async function untilStatus(
  guard: OpenGuard,
  token: string,
  status: number,
): Promise<number> {
  const began = Date.now()
  for (;;) {
    const seen = await statusOf(guard, token)
    if (seen === status) return Date.now() - began
    assert.ok(Date.now() - began < 15_000, `still ${seen}, not ${status}, after 15 s`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
