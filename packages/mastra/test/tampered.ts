import type { Tamper } from '@lumojit/conformance'
import type { Mastra } from '@mastra/core/mastra'

type Edited = Extract<Tamper, { kind: 'foreign-handle' | 'changed-arguments' }>

/** Whoever can write to Mastra's database can write this. */
export async function tamperedStorage(mastra: Mastra, tamper: Edited): Promise<void> {
  const store = await mastra.getStorage()?.getStore('workflows')
  if (!store) throw new Error('There is no storage to tamper with.')
  const { runs } = await store.listWorkflowRuns({})
  let edits = 0
  for (const { workflowName, runId, snapshot } of runs) {
    const read = typeof snapshot === 'string' ? JSON.parse(snapshot) : structuredClone(snapshot)
    edits += edit(read, tamper)
    await store.persistWorkflowSnapshot({ workflowName, runId, snapshot: read })
  }
  if (edits === 0) throw new Error('There was nothing to tamper with.')
}

function edit(value: unknown, tamper: Edited): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = value as Record<string, unknown>
  let edits = 0
  if (tamper.kind === 'foreign-handle' && own.type === 'lumojit.permission') {
    Object.assign(own, tamper.approval)
    edits += 1
  }
  if (tamper.kind === 'changed-arguments' && own.toolCallId === tamper.callId) {
    for (const member of ['args', 'input']) {
      if (typeof own[member] !== 'object') continue
      own[member] = tamper.args
      edits += 1
    }
  }
  return edits + Object.values(own).reduce<number>((sum, each) => sum + edit(each, tamper), 0)
}
