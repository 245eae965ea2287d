import type { TaskOptions } from '@lumojit/protocol'
import { digest, randomName } from './digest.ts'
import type { HandleFlaw } from './events.ts'
import { type HandleContent, handleIn, unseal } from './handle.ts'
import type { Ground } from './task-state.ts'

/** Whom a task acts for, as a hash: the label, and the `sub` of the subject token where one is given. */
export async function subjectOf(options: TaskOptions, signal?: AbortSignal): Promise<string> {
  const token = await options.subjectToken?.(signal ? { signal } : {})
  const { onBehalfOf = '' } = options
  if (token === undefined) return digest([onBehalfOf, ''])
  // A token that does not say whose it is, without a label: nobody else's handle may fit.
  return digest([onBehalfOf, subOf(token) || (onBehalfOf ? '' : randomName())])
}

/** Read, not verified: the authority verifies it, and a wrong one only makes handles not fit. */
function subOf(token: string): string {
  try {
    const [, payload = ''] = token.split('.')
    const { sub } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    return typeof sub === 'string' ? sub : ''
  } catch {
    return ''
  }
}

/** What a handle must name. Left out: not known here (a status shown before its task is found again). */
interface Expected {
  readonly subject: string | undefined
  readonly task?: string | undefined
  readonly call?: string
}

/**
 * What came back from framework state, if this application wrote it for this task, subject and
 * call. Anything else is put aside with an event: the call starts as new, and nothing is lost.
 */
export async function trusted(
  ground: Ground,
  kept: unknown,
  expected: Expected,
): Promise<HandleContent | undefined> {
  // Without any key this application never wrote a handle, whatever a client sends in.
  const keys = await ground.stateKeys().catch((error) => {
    if (expected.task !== undefined && error?.code === 'STATE_KEY_MISSING') return []
    throw error
  })
  const read = await unseal(handleIn(kept), keys, ground.clock.now())
  const flaw = typeof read === 'string' ? read : flawIn(read, ground.authority.id, expected)
  if (flaw === undefined) return read as HandleContent
  ground.emit?.({ type: 'handle-rejected', reason: flaw }, { taskId: expected.task })
  return undefined
}

function flawIn(
  content: HandleContent,
  authority: string,
  { subject, task, call }: Expected,
): HandleFlaw | undefined {
  if (content.authority !== authority) return 'other-task'
  if (task !== undefined && content.task !== task) return 'other-task'
  if (subject !== undefined && content.subject !== subject) return 'other-subject'
  return call !== undefined && content.call !== call ? 'other-call' : undefined
}
