import assert from 'node:assert/strict'
import type {
  Authority,
  AuthorizationDetails,
  Decision,
  Grant,
  PermissionRequest,
  Resource,
  Reuse,
  TaskRecord,
} from '@lumojit/protocol'
import type { SuiteCase } from '../suite-case.ts'
import { type AuthorityHarness, type OpenAuthority, questions } from './harness.ts'

export const resource: Resource = { url: 'https://api.acme-corp.com' }
export const otherResource: Resource = {
  url: 'http://127.0.0.1:4711',
  audience: 'https://files.acme-corp.com',
}

export type Granted = Extract<Decision, { status: 'granted' }>
export type Pending = Extract<Decision, { status: 'pending' }>

/** One open authority and one open task, as most cases need them. */
export interface Session extends OpenAuthority {
  readonly task: TaskRecord
  /** A question; `key` names the call that asks it. */
  question(details: AuthorizationDetails, options?: QuestionOptions): PermissionRequest
  /** Asks for what is granted at once, and redeems it. */
  grantAtOnce(options?: QuestionOptions): Promise<Grant>
  /** Asks a person, and does not wait. */
  askPerson(options?: QuestionOptions): Promise<Asked>
}

export interface QuestionOptions {
  readonly key?: string
  readonly reuse?: Reuse
  readonly resource?: Resource
  readonly authority?: Authority
  readonly task?: TaskRecord
}

export interface Asked {
  readonly request: PermissionRequest
  readonly decision: Pending
  readonly ref: Pending['ref']
}

export type CaseOf = (
  id: string,
  title: string,
  use: (session: Session) => Promise<void>,
) => SuiteCase

export function casesOf(harness: AuthorityHarness): CaseOf {
  return (id, title, use) => ({
    id,
    title,
    run: async () => {
      const opened = await harness.open()
      try {
        const task = await opened.authority.openTask({ name: 'Analyse Q4', type: 'analysis' })
        await use({ ...opened, ...asking(opened, task), task })
      } finally {
        await opened.close()
      }
    },
  })
}

function asking(opened: OpenAuthority, ownTask: TaskRecord) {
  let calls = 0
  const question: Session['question'] = (details, options = {}) => {
    calls += 1
    return {
      permission: { kind: 'details', details },
      resource: options.resource ?? resource,
      reuse: options.reuse ?? 'once',
      justification: 'the user asked for a summary',
      ttlSeconds: 300,
      idempotencyKey: options.key ?? `call ${calls}`,
    }
  }
  const grantAtOnce: Session['grantAtOnce'] = async (options = {}) => {
    const { authority = opened.authority, task = ownTask } = options
    const request = question(questions.atOnce, options)
    const decision = await authority.request(task, request)
    assert.equal(decision.status, 'granted')
    return grantOf(await authority.redeem((decision as Granted).ref, request))
  }
  const askPerson: Session['askPerson'] = async (options = {}) => {
    const { authority = opened.authority, task = ownTask } = options
    const request = question(questions.aPerson, options)
    const decision = await authority.request(task, request)
    assert.equal(decision.status, 'pending')
    return { request, decision: decision as Pending, ref: (decision as Pending).ref }
  }
  return { question, grantAtOnce, askPerson }
}

export function grantOf(answer: Awaited<ReturnType<Authority['redeem']>>): Grant {
  assert.ok('token' in answer, `a grant was expected, not ${'status' in answer && answer.status}`)
  return answer
}

/** Rejected, or resolved to something that is no grant: either is a no. Never a token. */
export async function refusalOf(
  answer: Promise<Grant | Decision>,
): Promise<Error | Exclude<Decision, { status: 'granted' }>> {
  const settled = await answer.catch((error: unknown) => {
    assert.ok(error instanceof Error)
    return error
  })
  if (settled instanceof Error) return settled
  assert.ok(!('token' in settled), 'a token was given')
  assert.ok(settled.status !== 'granted', 'it was granted')
  return settled
}

/** Asks until it is so. What is awaited happens by itself; the deadline is far beyond its usual time. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `not so within 10 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
