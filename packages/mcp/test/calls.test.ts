import { afterEach, beforeEach, expect, it } from 'vitest'
import { PENDING_META, REFUSED_META } from '../src/index.ts'
import { APPROVALS, openStage, type Stage, textOf } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ maxBlockMs: 20_000 })
})
afterEach(() => stage.close())

/** For calls that are to end before anybody decides. */
async function impatient() {
  await stage.close()
  stage = await openStage({ maxBlockMs: 300 })
}

it('what the authority grants at once is simply done, for clients of both eras', async () => {
  for (const client of [await stage.client(), await stage.oldClient()]) {
    const told = await client.callTool({ name: 'read_document', arguments: { id: 'd1' } })
    expect(told.isError).toBeFalsy()
    expect(JSON.parse(textOf(told))).toEqual({ text: 'text of d1' })
  }
})

it('gateway:both-eras — one handler speaks 2026-07-28 without and 2025-11-25 with a session', async () => {
  const client = await stage.client()
  expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
  expect(stage.wire.join('')).not.toContain('mcp-session-id')
  await stage.oldClient()
  expect(stage.wire.join('')).toContain('"protocolVersion":"2025-11-25"')
  expect(stage.wire.join('')).toContain('mcp-session-id')
})

it('gateway:same-call-goes-on — held open, then told it is pending, then the same call has the result', async () => {
  await impatient()
  for (const [client, id] of [
    [await stage.client(), 'one'],
    [await stage.oldClient(), 'two'],
  ] as const) {
    const asked = stage.world.counts().requests
    const pending = await client.callTool({ name: 'pay', arguments: { id } })
    expect(pending.isError).toBe(true)
    expect(pending.structuredContent).toBeUndefined()
    const [waiting] = await stage.world.human.waitForPending(1)
    expect(textOf(pending)).toContain(`${APPROVALS}${waiting?.requestId}`)
    expect(textOf(pending)).toContain('Call "pay" again later with exactly the same arguments')
    expect(pending._meta?.[PENDING_META]).toMatchObject({
      status: 'pending',
      requests: [{ request_id: waiting?.requestId, waits_for: 'approver' }],
    })
    const still = await client.callTool({ name: 'pay', arguments: { id } })
    expect(textOf(still)).toBe(textOf(pending))
    await stage.world.human.approve(waiting?.requestId ?? '')
    const done = await client.callTool({ name: 'pay', arguments: { id } })
    expect(done.isError).toBeFalsy()
    expect(JSON.parse(textOf(done))).toEqual({ paid: id })
    expect(stage.world.counts().requests - asked).toBe(1)
  }
  expect(stage.world.api.effects()).toHaveLength(2)
})

it('gateway:same-call-goes-on — a call that is over is over: an equal one asks for itself, under another key', async () => {
  const client = await stage.client()
  for (const nth of [1, 2]) {
    const call = client.callTool({ name: 'pay', arguments: { id: 'same' } })
    const [waiting] = await stage.world.human.waitForPending(1)
    await stage.world.human.approve(waiting?.requestId ?? '')
    expect((await call).isError).toBeFalsy()
    expect(stage.world.counts().requests).toBe(nth)
  }
  const keys = stage.world.api.effects().map(({ idempotencyKey }) => idempotencyKey)
  expect(new Set(keys).size).toBe(2)
})

it('a decision that comes while the call is held open is the end of it; who wants to hears of the wait', async () => {
  const client = await stage.client()
  const heard: (string | undefined)[] = []
  const call = client.callTool(
    { name: 'open_vault', arguments: { id: 'v' } },
    { onprogress: ({ message }) => heard.push(message) },
  )
  const [waiting] = await stage.world.human.waitForPending(1)
  await stage.world.human.approve(waiting?.requestId ?? '')
  expect(JSON.parse(textOf(await call))).toEqual({ secret: 'about v' })
  expect(heard[0]).toBe(
    `Waiting for a person to approve "open_vault": ${APPROVALS}${waiting?.requestId}`,
  )
})

it('gateway:refusal-is-final — a no is told once and for all, and nobody is asked again in this run', async () => {
  const client = await stage.client()
  const call = client.callTool({ name: 'pay', arguments: { id: 'no' } })
  const [waiting] = await stage.world.human.waitForPending(1)
  await stage.world.human.deny(waiting?.requestId ?? '', { message: 'Not this one.' })
  const told = await call
  expect(told.isError).toBe(true)
  expect(textOf(told)).toContain('refused (DENIED). The answer was: Not this one. This is final.')
  expect(told._meta?.[REFUSED_META]).toMatchObject({ code: 'DENIED', retryable: false })
  const again = await client.callTool({ name: 'pay', arguments: { id: 'no' } })
  expect(again._meta?.[REFUSED_META]).toMatchObject({ code: 'DENIED' })
  expect(stage.world.counts().requests).toBe(1)
  expect(stage.world.api.effects()).toEqual([])
})

it('gateway:no-token-on-the-wire — neither header, frame nor result holds one; a planted one is found', async () => {
  await impatient()
  const client = await stage.client({
    capabilities: { elicitation: { url: {} } },
    inputRequired: { autoFulfill: false },
  })
  const old = await stage.oldClient()
  for (const each of [client, old]) {
    await each.callTool({ name: 'read_document', arguments: { id: 'd1' } })
    const echoed = await each.callTool({ name: 'echo', arguments: {} })
    expect(textOf(echoed)).toContain('[secret]')
  }
  await client.callTool({ name: 'pay', arguments: { id: 'x' } }, {
    allowInputRequired: true,
  } as never)
  await old.callTool({ name: 'pay', arguments: { id: 'x' } })
  const tokens = stage.world.tokens()
  expect(tokens.length).toBeGreaterThan(2)
  expect(found(stage.wire, tokens)).toEqual([])
  const [token = ''] = tokens
  for (const planted of [token, btoa(token), encodeURIComponent(`?${token}`)])
    expect(found([...stage.wire, `{"planted":"${planted}"}`], tokens)).toEqual([token])
})

/** Tokens that are in there, plain or as base64. */
function found(wire: readonly string[], tokens: readonly string[]): readonly string[] {
  const all = wire.join('')
  return tokens.filter((token) => all.includes(token) || all.includes(btoa(token).slice(0, -4)))
}
