/**
 * One process of the tests with several. Knows nothing but its arguments: what to do, the world's
 * connection, and (for `resume`) what the process before it saved.
 */
import { connectWorld } from '@lumojit/conformance'
import type { Task, ToolCall } from '@lumojit/core'

const [mode = '', env = '', saved = '{}'] = process.argv.slice(2)
const { jit: connect, resources } = connectWorld(env)
const api = resources[0].url
const tell = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`)
const stay = () => setInterval(() => {}, 1_000)
const of = { onBehalfOf: 'alice@acme-corp.com' }

const call = (task: Task, over: Partial<ToolCall> = {}): ToolCall => ({
  task,
  key: 'thread-1/call-1',
  callId: 'call-1',
  toolName: 'pay',
  args: { invoice: 'i1' },
  pending: 'suspend',
  durable: true,
  ...over,
})
const pay = async ({ fetch }: { fetch: Task['fetch'] }) => {
  const response = await fetch(`${api}/v1/payments`, { method: 'POST', body: '{"invoice":"i1"}' })
  return response.status
}

async function main(): Promise<void> {
  if (mode === 'until-signal') {
    const jit = connect({ handleSignals: true })
    const task = await jit.openTask(of)
    await task.fetch(`${api}/v1/documents/d1`)
    tell({ task: task.id })
    stay()
  } else if (mode === 'pause') {
    const jit = connect()
    const task = await jit.openTask(of)
    const outcome = await jit.callTool(call(task), pay)
    tell({ outcome, handle: await task.suspend() })
    stay()
  } else if (mode === 'resume') {
    const { approval, handle, complete } = JSON.parse(saved) as {
      approval: unknown
      handle: string
      complete?: boolean
    }
    const jit = connect()
    const task = await jit.resumeTask(handle, of)
    const outcome = await jit.callTool(call(task, { resumeFrom: approval }), pay)
    if (complete) {
      await task.complete()
      await jit[Symbol.asyncDispose]()
    }
    tell({ outcome })
    if (!complete) stay()
  } else throw new Error(`unknown mode ${mode}`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack}\n`)
  process.exitCode = 1
})
