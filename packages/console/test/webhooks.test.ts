import { describe, expect, it, onTestFinished } from 'vitest'
import { openWorld } from './world.ts'

const HOOK = 'https://hooks.acme-corp.com/jit?team=ops&lt;b&gt;'
const SECRET = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz'

/** An authority whose clock jumps over every pause, and a system that answers `status` each time. */
const given = async () => {
  let now = Date.now()
  const answers = { status: 500 }
  const sent: string[] = []
  const clock = {
    now: () => now,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const timer = setImmediate(() => {
          // Only as long as it owes something: a test's day has no more hours than it needs.
          if (sent.length < 8) now += ms
          resolve()
        })
        signal?.addEventListener('abort', () => {
          clearImmediate(timer)
          reject(signal.reason)
        })
      }),
  }
  const w = await openWorld(
    { webhooks: [{ url: HOOK, secret: SECRET, events: ['request.pending'] }], clock },
    { now: clock.now },
  )
  const working = w.authority.work({
    post: async (_url, { body }) => {
      sent.push(body)
      return answers.status
    },
  })
  onTestFinished(async () => {
    w.authority.close()
    await working
  })
  const dead = async () =>
    (await w.operations.listDeliveries({ by: { user: 'u_you' }, state: 'dead' })).items
  return { w, answers, sent, dead }
}

describe('webhooks', () => {
  it('human:dead-letters — what no system took is shown with its last answer, and tried again by a button', async () => {
    const { w, answers, sent, dead } = await given()
    await w.ask(await w.openTask())
    await expect.poll(async () => (await dead()).length).toBe(1)
    const [letter] = await dead()
    const own = await w.signedIn()
    const { text } = await own.get('/console/webhooks')
    for (const said of ['1 given up', 'answered 500', '8 attempts', 'request.pending', 'Try again'])
      expect(text).toContain(said)
    // Text of the seed is text, and its secret is not told.
    expect(text).toContain('?team=ops&amp;lt;b&amp;gt;')
    expect([text.includes('ops&lt;b'), text.includes(SECRET)]).toEqual([false, false])
    expect((await own.get('/console/webhooks?state=due')).text).toContain('Nothing is owed')
    expect((await own.get(`/console/webhooks/${letter?.id}/retry`)).status).toBe(404)
    expect(sent.length).toBe(8)
    answers.status = 204
    const again = await own.post(`/console/webhooks/${letter?.id}/retry`)
    expect([again.status, again.location]).toEqual([303, '/console/webhooks'])
    await expect.poll(() => sent.length).toBe(9)
    await expect
      .poll(async () => (await own.get('/console/webhooks')).text)
      .toContain('Nothing is owed')
    expect((await own.post(`/console/webhooks/${letter?.id}/retry`)).status).toBe(404)
    expect((await own.get('/console/audit?kind=delivery.retried&by=user:u_you')).text).toContain(
      letter?.id,
    )
  })

  it('human:dead-letters — are shown and tried again by jit.admin alone', async () => {
    const { w, sent, dead } = await given()
    await w.ask(await w.openTask())
    await expect.poll(async () => (await dead()).length).toBe(1)
    const [letter] = await dead()
    for (const user of ['u_bob', 'u_eve']) {
      const other = await w.signedIn(user)
      expect((await other.get('/console/')).text).not.toContain('/console/webhooks')
      expect((await other.get('/console/webhooks')).status).toBe(403)
      expect((await other.post(`/console/webhooks/${letter?.id}/retry`)).status).toBe(403)
    }
    expect([sent.length, (await dead()).length]).toEqual([8, 1])
    expect((await (await w.signedIn()).get('/console/')).text).toContain('/console/webhooks')
  })

  it('say how to configure one where there is none', async () => {
    const own = await (await openWorld()).signedIn()
    const { text } = await own.get('/console/webhooks')
    expect(text).toContain('No webhook yet')
    expect(text).toContain('<code>webhooks:</code>')
  })
})
