import { describe, expect, it } from 'vitest'
import { deferred, faultOf, refused, stage, toolCall } from './stage.ts'

describe('giving up', () => {
  it('send:signal — a call that was aborted before it began sends nothing', async () => {
    const world = await stage()
    const reason = new Error('never mind')
    await world.jit().runTask({}, async (task) => {
      const signal = AbortSignal.abort(reason)
      await expect(task.fetch(`${world.api.url}/v1/free`, { signal })).rejects.toBe(reason)
    })
    expect(world.api.seen()).toEqual([])
  })

  it('send:signal — aborting while the resource hangs rejects with the reason, and the request is cut', async () => {
    const world = await stage()
    const stop = new AbortController()
    const arrived = deferred<AbortSignal>()
    world.api.script('/v1/hang', (request) => {
      arrived.resolve(request.signal)
      return new Promise(() => {})
    })
    await world.jit().runTask({}, async (task) => {
      const hanging = task.fetch(`${world.api.url}/v1/hang`, { signal: stop.signal })
      const signal = await arrived.promise
      const reason = new Error('enough')
      stop.abort(reason)
      await expect(hanging).rejects.toBe(reason)
      expect(signal.aborted).toBe(true)
    })
  })

  it('send:signal — aborting while a person decides rejects with the reason; the call’s own signal does it too', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const reason = new Error('enough')
      const stop = new AbortController()
      const waiting = task.fetch(`${world.api.url}/v1/vault/v1`, { signal: stop.signal })
      await world.human.waitForPending(1)
      stop.abort(reason)
      await expect(waiting).rejects.toBe(reason)
      const other = new AbortController()
      const call = jit.callTool(
        toolCall(task, { key: 'other', pending: 'block', signal: other.signal }),
        ({ fetch }) => fetch(`${world.api.url}/v1/vault/v2`),
      )
      await world.human.waitForPending(2)
      other.abort(reason)
      await expect(call).rejects.toBe(reason)
    })
    expect(world.counts().redemptions).toBe(0)
  })

  it('send:signal — a tool call’s refusal is an outcome, its fault is thrown', async () => {
    const world = await stage()
    const jit = world.jit({ policy: { decide: () => ({ allow: false, reason: 'no' }) } })
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(toolCall(task), ({ fetch }) =>
        fetch(`${world.api.url}/v1/documents/d1`),
      )
      expect(refused(outcome).code).toBe('POLICY_REFUSED')
      await faultOf(
        jit.callTool(toolCall(task, { key: 'k2' }), ({ fetch }) =>
          fetch('https://elsewhere.example'),
        ),
      )
    })
  })
})
