import type { ToolMessage } from '@langchain/core/messages'
import { Command, Send } from '@langchain/langgraph'

/** A `Command` as plain data: what a task returned is read back from the checkpoint. */
export interface KeptCommand {
  readonly lumojit_command: {
    readonly graph?: string
    readonly update?: unknown
    readonly goto: readonly (string | { readonly node: string; readonly args: unknown })[]
  }
}

export function keepCommand({ graph, update, goto }: Command): KeptCommand {
  const places = goto === undefined ? [] : [goto].flat()
  return {
    lumojit_command: {
      ...(graph === undefined ? {} : { graph }),
      ...(update === undefined ? {} : { update }),
      goto: places.map((each) =>
        typeof each === 'string' ? each : { node: each.node, args: each.args },
      ),
    },
  }
}

export function keptCommand(value: ToolMessage | KeptCommand): ToolMessage | Command {
  if (!('lumojit_command' in value)) return value
  const { graph, update, goto } = value.lumojit_command
  const places = goto.map((each) =>
    typeof each === 'string' ? each : new Send(each.node, each.args),
  )
  return new Command({
    ...(graph === undefined ? {} : { graph }),
    ...(update === undefined ? {} : { update: update as never }),
    ...(places.length > 0 ? { goto: places as never } : {}),
  })
}
