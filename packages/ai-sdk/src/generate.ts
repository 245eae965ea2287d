import { LumojitError } from '@lumojit/core'
import type { ModelMessage } from 'ai'
import { keepThread } from './inner-run.ts'
import { endRun, type Run } from './run.ts'

/** One whole run that does not stream. Its end is the end of what it was given, unless something waits. */
export async function generated<R extends { readonly responseMessages: readonly ModelMessage[] }>(
  run: Run,
  generate: () => PromiseLike<R>,
): Promise<R> {
  const going = lasting(run, generate)
  run.inside?.going.add(going)
  const result = await going
  if (run.inside && run.waiting.size > 0) throw waits()
  return result
}

async function lasting<R extends { readonly responseMessages: readonly ModelMessage[] }>(
  run: Run,
  generate: () => PromiseLike<R>,
): Promise<R> {
  let ending: Parameters<typeof endRun>[1] = 'failed'
  try {
    const result = await generate()
    if (run.fault !== undefined) throw run.fault
    keepThread(run, result.responseMessages)
    ending = 'ended'
    return result
  } finally {
    await endRun(run, ending)
  }
}

/** What runs around a run inside must not go on with half of an answer. */
function waits(): LumojitError {
  return new LumojitError(
    'SUSPENDED',
    'A run inside this tool waits for a decision.',
    'Let this error pass; the tool is run again after the decision, and the run inside goes on where it was.',
  )
}
