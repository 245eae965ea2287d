import { expect, it } from 'vitest'
import { createJit } from '../src/index.ts'
import { API, authority, challenge, HandClock, network, options } from './grounds.ts'

it('a refusal that the tool made a value of is told beside the value', async () => {
  const clock = new HandClock()
  const served = authority({ request: async () => ({ status: 'denied', message: 'not today' }) })
  const { fetch } = network(() => challenge())
  const jit = createJit(options({ authority: served.port, clock, fetch }))
  const task = await jit.openTask({})
  const call = {
    task,
    key: 'k',
    callId: 'c',
    toolName: 't',
    pending: 'block',
    durable: false,
  } as const
  const swallowed = await jit.callTool(call, ({ fetch }) =>
    fetch(`${API}/x`).then(
      () => 'fine',
      () => 'An error occurred.',
    ),
  )
  expect(swallowed).toEqual({
    kind: 'done',
    value: 'An error occurred.',
    refused: { code: 'DENIED', retryable: false, message: 'not today' },
  })
  expect(await jit.callTool({ ...call, key: 'k2' }, async () => 'fine')).toEqual({
    kind: 'done',
    value: 'fine',
  })
})
