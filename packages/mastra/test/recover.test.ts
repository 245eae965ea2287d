import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { otherProcess } from '@lumojit/conformance'
import { expect, it } from 'vitest'
import type { RecoverJob } from './recover-process.ts'

/**
 * Why a durable agent that was killed at work, and not while it was paused, is nobody's to go on with: the
 * day this fails, the guide may promise more.
 */
it('Mastra recovers a run that was killed in a tool by executing the call again, without its run’s name, and fails', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lumojit-recover-'))
  const play = async (act: RecoverJob['act']) => {
    const program = new URL('./recover-process.ts', import.meta.url)
    const job: RecoverJob = { directory, act }
    const { answer, kill } = await otherProcess<{ chunks?: readonly string[] }>(program, job)
    try {
      return await answer
    } finally {
      await kill()
    }
  }
  try {
    await play('start')
    const { chunks } = await play('recover')
    const executions = (await readFile(join(directory, 'executions'), 'utf8')).trim().split('\n')
    expect(executions.map((line) => JSON.parse(line))).toEqual([
      { toolCallId: 'c1', run: true, agentId: 'clerk' },
      { toolCallId: 'c1', run: false, agentId: '' },
    ])
    expect(chunks?.at(-1)).toBe('error')
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}, 120_000)
