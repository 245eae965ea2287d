import type { PendingApproval } from '@lumojit/core'
import type { Agent, AgentListSuspendedRunsOptions } from '@mastra/core/agent'
import { type Kept, keptWithin } from './kept.ts'

type AnyAgent = Pick<Agent, 'listSuspendedRuns' | 'listAgents'>

/** Which of an agent's runs: all that are suspended, unless said otherwise. */
export interface Which extends Pick<AgentListSuspendedRunsOptions, 'threadId' | 'resourceId'> {
  readonly runId?: string
}

/** A tool call that waits for a decision of the authority. Everything but `handle` is for display. */
export interface PendingPermission extends PendingApproval {
  /** The run to wake: of the agent that was asked, also when the call waits in a sub-agent of it. */
  readonly runId: string
  /** The model's call that waits. */
  readonly callId: string
}

/** A suspended run of the agent with what of it waits for the authority. */
export interface WaitingRun {
  readonly runId: string
  readonly threadId?: string
  readonly resourceId?: string
  readonly permissions: readonly PendingPermission[]
  /** Names of the tasks of its pauses. */
  readonly names: readonly string[]
  /** Its own and those of the sub-agents that wait in it. */
  readonly runIds: readonly string[]
  /** Calls of this run that wait for us, and those that wait for something else. */
  readonly ours: readonly string[]
  readonly others: readonly string[]
}

/** The calls that wait for the authority, those inside sub-agents too. The application's own approvals are not among them. */
export async function pendingPermissions(
  agent: AnyAgent,
  which: Which = {},
): Promise<readonly PendingPermission[]> {
  return (await waitingRuns(agent, which)).flatMap(({ permissions }) => permissions)
}

export async function waitingRuns(
  agent: AnyAgent,
  { runId, ...scope }: Which,
): Promise<readonly WaitingRun[]> {
  const { runs } = await agent.listSuspendedRuns(scope)
  const wanted = runs.filter((run) => runId === undefined || run.runId === runId)
  const waiting = wanted.map((run) => ({
    run,
    calls: run.toolCalls.map((call) => ({ call, kept: keptWithin(call.suspendPayload) })),
  }))
  const ours = waiting.filter(({ calls }) => calls.some(({ kept }) => kept))
  if (ours.length === 0) return []
  // Of a sub-agent that waits for several, Mastra shows the outer run one only.
  const inside = await insideOf(agent, new Set())
  return ours.map(({ run, calls }) => {
    const here = calls.flatMap(({ call, kept }) =>
      kept ? [{ runId: run.runId, callId: call.toolCallId ?? '', kept }] : [],
    )
    const names = new Set(here.map(({ kept }) => kept.run))
    const deeper = inside.filter(({ kept }) => names.has(kept.run))
    const found = new Map([...here, ...deeper].map((each) => [each.kept.handle, each]))
    return {
      runId: run.runId,
      ...(run.threadId ? { threadId: run.threadId } : {}),
      ...(run.resourceId ? { resourceId: run.resourceId } : {}),
      permissions: [...found.values()].map(({ callId, kept }) => {
        const { nonce, run: _, ...approval } = kept
        return { ...approval, runId: run.runId, callId }
      }),
      names: [...names],
      runIds: [...new Set([run.runId, ...deeper.map((each) => each.runId)])],
      ours: here.map(({ callId }) => callId),
      others: calls.flatMap(({ call, kept }) => (kept ? [] : [call.toolCallId ?? ''])),
    }
  })
}

interface Found {
  readonly runId: string
  readonly callId: string
  readonly kept: Kept
}

async function insideOf(agent: AnyAgent, known: Set<unknown>): Promise<readonly Found[]> {
  const agents = Object.values((await agent.listAgents()) as Record<string, unknown>).filter(
    (each): each is AnyAgent =>
      typeof (each as Partial<AnyAgent>).listSuspendedRuns === 'function' && !known.has(each),
  )
  for (const each of agents) known.add(each)
  const found = await Promise.all(
    agents.map(async (each) => {
      const { runs } = await each.listSuspendedRuns()
      const own = runs.flatMap(({ runId, toolCalls }) =>
        toolCalls.flatMap((call): readonly Found[] => {
          const kept = keptWithin(call.suspendPayload)
          return kept ? [{ runId, callId: call.toolCallId ?? '', kept }] : []
        }),
      )
      return [...own, ...(await insideOf(each, known))]
    }),
  )
  return found.flat()
}
