import { describe, expect, it } from 'vitest'
import { challenge, eventually, faultOf, paying, stage } from './stage.ts'

const pay = (invoice: string) => ({ method: 'POST', body: JSON.stringify({ invoice }) })

describe('no means no', () => {
  it('refuse:not-asked-again-in-task — a denial is remembered with the approver’s words; another task may ask', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const first = faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
      const [question] = await world.human.waitForPending(1)
      await world.human.deny(question?.requestId ?? '', { message: 'not\u0000 today\u202e' })
      const error = await first
      expect(error.refusal).toMatchObject({ code: 'DENIED', retryable: false, risk: 'critical' })
      expect(error.refusal?.message).toMatch(/not.*today/)
      expect(error.refusal?.message).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      const again = await faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
      expect(again.code).toBe('DENIED')
    })
    expect(world.counts().requests).toBe(1)
    expect(world.faults.calls('request')).toHaveLength(1)
    const fresh = jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/vault/v1`))
    const [question] = await world.human.waitForPending(1)
    await world.human.approve(question?.requestId ?? '')
    expect((await fresh).status).toBe(200)
  })

  it('refuse:not-asked-again-in-task — for a once question the call counts too: another payment may be asked for', async () => {
    const world = await stage()
    world.api.script('/v1/pay', (request) =>
      world.claims(request)?.jit === true ? new Response('paid') : challenge(paying('any')),
    )
    await world.jit().runTask({}, async (task) => {
      const first = faultOf(task.fetch(`${world.api.url}/v1/pay`, pay('i1')))
      const [question] = await world.human.waitForPending(1)
      await world.human.deny(question?.requestId ?? '')
      await first
      expect((await faultOf(task.fetch(`${world.api.url}/v1/pay`, pay('i1')))).code).toBe('DENIED')
      expect(world.counts().requests).toBe(1)
      const other = task.fetch(`${world.api.url}/v1/pay`, pay('i2'))
      const [next] = await world.human.waitForPending(1)
      await world.human.approve(next?.requestId ?? '')
      expect((await other).status).toBe(200)
    })
  })

  it('refuse:not-asked-again-in-task — the application may insist with `again`', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const options = { resource: world.api.url, justification: 'please', reuse: 'task' } as const
      const first = faultOf(task.request(paying('i1'), options))
      const [question] = await world.human.waitForPending(1)
      await world.human.deny(question?.requestId ?? '')
      await first
      expect((await faultOf(task.request(paying('i1'), options))).code).toBe('DENIED')
      expect(world.faults.calls('request')).toHaveLength(1)
      await faultOf(task.request(paying('i1'), { ...options, again: true }))
      expect(world.faults.calls('request').length).toBeGreaterThan(1)
    })
  })

  it('refuse:not-asked-again-in-task — a request that expired is no denial: the next call asks anew', async () => {
    const world = await stage({ authority: { limits: { pendingMs: 300_000 } } })
    await world.jit().runTask({}, async (task) => {
      const error = await world.clock.until(faultOf(task.fetch(`${world.api.url}/v1/vault/v1`)))
      expect(error.code).toBe('EXPIRED')
      const second = task.fetch(`${world.api.url}/v1/vault/v1`)
      const [question] = await world.human.waitForPending(1)
      await world.human.approve(question?.requestId ?? '')
      expect((await second).status).toBe(200)
    })
    expect(world.counts().requests).toBe(2)
  })

  it('revoke:sticks — a grant a person revoked is not renewed, and its details stay denied for the task', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/documents/d1`)
      const { jit_request_id } = world.claims(world.tokens('jit')[0] ?? '') as {
        jit_request_id: string
      }
      await world.human.revoke(jit_request_id)
      await eventually(async () => !(await world.isAlive(world.tokens('jit').at(-1) ?? '')))
      const error = await faultOf(task.fetch(`${world.api.url}/v1/documents/d1`))
      expect(error.code).toBe('REVOKED')
      const again = await faultOf(task.fetch(`${world.api.url}/v1/documents/d1`))
      expect(['REVOKED', 'DENIED']).toContain(again.code)
      const other = await task.fetch(`${world.api.url}/v1/documents/d2`)
      expect(other.status).toBe(200)
    })
    expect(world.counts().requests).toBeLessThanOrEqual(3)
    expect(world.tokens('jit')).toHaveLength(2)
  })

  it('revoke:sticks — while the call waits, a revoke ends the wait', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const waiting = faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
      const [question] = await world.human.waitForPending(1)
      await world.human.revoke(question?.requestId ?? '')
      expect((await waiting).code).toBe('REVOKED')
    })
  })
})
