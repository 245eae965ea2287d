import { join } from 'node:path'
import { connectWorld, inOtherProcess } from '@lumojit/conformance'
import { LibSQLStore } from '@mastra/libsql'
import { createJitMastra } from '../src/index.ts'
import { layouts, type Parts } from './layouts.ts'

/** What one process does with every layout. */
export interface MatrixJob {
  readonly world: string
  /** The only place that the processes share. */
  readonly directory: string
  readonly act: Parts['act']
}

/** By layout. */
export type MatrixAnswer = Readonly<
  Record<string, { readonly waiting: readonly string[]; readonly error?: string }>
>

inOtherProcess(async ({ world, directory, act }: MatrixJob): Promise<MatrixAnswer> => {
  const here = connectWorld(world)
  const answers = await Promise.all(
    Object.entries(layouts).map(async ([name, layout], at) => {
      const { start, wake, waiting } = layout({
        kit: createJitMastra(here.jit(), { pending: 'suspend' }),
        api: here.resources[0].url,
        storage: () =>
          new LibSQLStore({ id: 'matrix', url: `file:${join(directory, `${at}.db`)}` }),
        act,
        plan: `plan-${at}`,
        alpha: `alpha-${at}`,
        beta: `beta-${at}`,
      })
      let error: unknown
      await (act === 'start' ? start() : wake()).catch((caught: unknown) => {
        error = caught
      })
      const left = await waiting()
      return [
        name,
        { waiting: left, ...(error === undefined ? {} : { error: String(error) }) },
      ] as const
    }),
  )
  return Object.fromEntries(answers)
})
