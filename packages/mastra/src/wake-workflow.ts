import type { AnyWorkflow } from '@mastra/core/workflows'
import { type Kept, keptIn } from './kept.ts'

type Resumed = Awaited<ReturnType<Awaited<ReturnType<AnyWorkflow['createRun']>>['resume']>>
type Options = Omit<
  Parameters<Awaited<ReturnType<AnyWorkflow['createRun']>>['resume']>[0],
  'step' | 'resumeData' | 'label'
>

/** A step of a workflow that waits for a decision of the authority. Everything but `handle` is for display. */
export interface PendingStep extends Omit<Kept, 'nonce' | 'run'> {
  /** The step, and the workflows around it from the outermost. */
  readonly step: readonly string[]
}

interface Waiting {
  readonly step: readonly string[]
  readonly kept: Kept
}

/** The steps of a run that wait for the authority. */
export async function pendingSteps(
  workflow: AnyWorkflow,
  { runId }: { readonly runId: string },
): Promise<readonly PendingStep[]> {
  return (await waitingSteps(workflow, runId)).map(
    ({ step, kept: { nonce, run, ...approval } }) => ({
      ...approval,
      step,
    }),
  )
}

/**
 * Lets the steps of a run go on that wait for the authority, one after the other, as Mastra resumes
 * steps. Those that have no decision yet pause again. Gives what the last one came to, and nothing
 * when none of them waits.
 */
export async function wakeWorkflow(
  workflow: AnyWorkflow,
  { runId }: { readonly runId: string },
  options: Options = {},
): Promise<Resumed | undefined> {
  let last: Resumed | undefined
  for (const { step } of await waitingSteps(workflow, runId)) {
    const run = await workflow.createRun({ runId })
    last = await run.resume({ ...options, step: [...step], resumeData: {} })
    if (last.status !== 'suspended') break
  }
  return last
}

async function waitingSteps(workflow: AnyWorkflow, runId: string): Promise<readonly Waiting[]> {
  const state = await workflow.getWorkflowRunById(runId)
  if (state?.status !== 'suspended') return []
  return Object.entries(state.steps ?? {}).flatMap(([id, result]) => {
    const { status, suspendPayload } = result as {
      readonly status?: string
      readonly suspendPayload?: unknown
    }
    const kept = status === 'suspended' ? keptIn(suspendPayload) : undefined
    return kept ? [{ step: id.split('.'), kept }] : []
  })
}
