import type { Json } from '@lumojit/protocol'
import {
  newThread,
  type PretendAgent,
  type PretendThread,
  type PretendTool,
  runThread,
} from './pretend-framework.ts'

/** An outer agent whose only tool is the inner one. The inner thread is kept with the outer pause. */
export function around(
  inner: PretendAgent,
  options: Parameters<typeof runThread>[2],
): PretendAgent {
  const delegate: PretendTool = {
    name: 'delegate',
    run: async (call) => {
      const kept = call.kept as unknown as PretendThread | undefined
      const thread = kept ?? newThread(`${call.thread}/${call.id}`, call.args.task ?? '')
      const status = await runThread(thread, inner, options)
      if (status === 'paused') call.pause(thread as unknown as Json)
      const last = thread.messages.at(-1)
      return last && 'text' in last ? last.text : null
    },
  }
  return {
    tools: [delegate],
    model: (messages) => {
      const last = messages.at(-1)
      if (last?.role === 'tool') return { text: String(last.told) }
      return { calls: [{ id: 'outer', tool: 'delegate', args: { task: 'do it' } }] }
    },
  }
}
