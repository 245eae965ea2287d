import { join } from 'node:path'
import { connectWorld, inOtherProcess, type ModelTurn } from '@lumojit/conformance'
import { pendingPermissions } from '../src/index.ts'
import { layouts } from './layouts.ts'
import { SqliteSaver } from './sqlite-saver.ts'
import { ask, companyTools, saying, thread } from './stage.ts'

/** What one process does with every layout: start it, or wake it. */
export interface MatrixJob {
  readonly world: string
  /** The only place that the processes share. */
  readonly directory: string
  readonly act: 'start' | 'wake'
  /** What the model says in this process, by layout. */
  readonly turns: Readonly<Record<string, readonly ModelTurn[]>>
}

/** By layout. */
export type MatrixAnswer = Readonly<
  Record<
    string,
    {
      /** Calls that wait. */
      readonly waiting: readonly string[]
      /** What the model was told of its calls, when it was asked last. */
      readonly told: Readonly<Record<string, string>>
      readonly error?: string
    }
  >
>

inOtherProcess(async ({ world, directory, act, turns }: MatrixJob): Promise<MatrixAnswer> => {
  const here = connectWorld(world)
  const answers = await Promise.all(
    Object.entries(layouts).map(async ([name, layout], at) => {
      const { model, inputs } = saying(...(turns[name] ?? []))
      const { pay, note } = companyTools(here.resources[0].url)
      const checkpointer = new SqliteSaver(join(directory, `${at}.sqlite`))
      const { graph, start, goOn } = layout({
        jit: here.jit(),
        model,
        tools: [pay, note],
        checkpointer,
      })
      const config = thread('the only one')
      let error: unknown
      await (act === 'start' ? start(ask(), config) : goOn(config)).catch((caught) => {
        error = caught
      })
      const waiting = await pendingPermissions(graph, config)
      const results = (inputs.at(-1) ?? []).flatMap(({ callId, content }) =>
        callId === undefined ? [] : [[callId, content] as const],
      )
      return [
        name,
        {
          waiting: waiting.map(({ callId }) => callId).sort(),
          told: Object.fromEntries(results),
          ...(error === undefined ? {} : { error: String(error) }),
        },
      ] as const
    }),
  )
  return Object.fromEntries(answers)
})
