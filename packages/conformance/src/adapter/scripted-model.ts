import type { Json } from '@lumojit/protocol'
import type { ModelTurn, SaidTurn, SuiteArgs } from '../adapter-driver.ts'

export interface ScriptedModel {
  /** What the model says to this input. Throws when the script says so, and when it is over. */
  next(input: Json): SaidTurn
  readonly inputs: readonly Json[]
}

/**
 * A model that says what the script says. An argument `{{challenge N}}` becomes the N-th challenge id
 * (from 0) that its input tells it of, as a real model would copy it. Only for challenges of
 * different turns: within one, a framework may tell results in any order.
 */
export function scriptedModel(turns: readonly ModelTurn[]): ScriptedModel {
  const inputs: Json[] = []
  return {
    inputs,
    next: (input) => {
      const turn = turns[inputs.length]
      inputs.push(structuredClone(input))
      if (!turn) {
        throw new Error(
          `The model was asked ${inputs.length} times, the script has ${turns.length}.`,
        )
      }
      if ('fails' in turn) throw new Error(turn.fails)
      if ('text' in turn) return turn
      const known = challengesIn(input)
      return { calls: turn.calls.map((call) => ({ ...call, args: filled(call.args, known) })) }
    },
  }
}

/** Challenge ids in the order they are told, however deeply their JSON is quoted. */
export function challengesIn(input: Json): readonly string[] {
  const text = JSON.stringify(input)
  const found = text.matchAll(/challenge_id\\*"\s*:\s*\\*"([^"\\]+)/g)
  return [...new Set([...found].map((match) => match[1] as string))].filter(
    (id) => !id.startsWith('{{'),
  )
}

function filled(args: SuiteArgs, known: readonly string[]): SuiteArgs {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      const place = /^\{\{challenge (\d+)\}\}$/.exec(value)?.[1]
      if (place === undefined) return [name, value]
      const id = known[Number(place)]
      if (id === undefined) throw new Error(`The model was told of no challenge ${place}.`)
      return [name, id]
    }),
  )
}
