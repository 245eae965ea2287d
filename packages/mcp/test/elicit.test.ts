import type { Client } from '@modelcontextprotocol/client'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createGateway, PENDING_META } from '../src/index.ts'
import { APPROVALS, addTools, openStage, type Stage, textOf } from './stage.ts'

const shows = { capabilities: { elicitation: { url: {} } } }
const byHand = { ...shows, inputRequired: { autoFulfill: false } }
const KEY = 'k'.repeat(32)

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ stateKey: KEY })
})
afterEach(() => stage.close())

/** A round by hand: what the client was given to keep, and how it comes back with it. */
async function begin(client: Client, id: string) {
  const round = (await client.callTool({ name: 'pay', arguments: { id } }, {
    allowInputRequired: true,
  } as never)) as unknown as {
    requestState: string
    inputRequests: Record<string, { params: { url: string } }>
  }
  return { state: round.requestState, url: round.inputRequests.approval?.params.url }
}
const comeBack = (client: Client, id: string, requestState: string) =>
  client.request({
    method: 'tools/call',
    params: {
      name: 'pay',
      arguments: { id },
      inputResponses: { approval: { action: 'accept' } },
      requestState,
    },
  } as never) as Promise<unknown>

const approveAll = async () => {
  for (const { requestId } of await stage.world.human.waitForPending(1))
    await stage.world.human.approve(requestId)
}

it('gateway:elicits — shows the approval page in the client, and goes on after the decision, in both eras', async () => {
  await stage.close()
  stage = await openStage({ maxBlockMs: 20_000 })
  const shown: unknown[] = []
  const look = async ({ params }: { params: { mode?: string; url?: string } }) => {
    shown.push([params.mode, params.url])
    const [waiting] = await stage.world.human.waitForPending(1)
    expect(params.url).toBe(`${APPROVALS}${waiting?.requestId}`)
    void approveAll()
    return { action: 'accept' as const }
  }
  const client = await stage.client(shows)
  client.setRequestHandler('elicitation/create', look as never)
  const old = await stage.oldClient(shows)
  old.setRequestHandler(ElicitRequestSchema, look as never)
  for (const each of [client, old]) {
    const told = await each.callTool({
      name: 'pay',
      arguments: { id: `for ${each.constructor === client.constructor}` },
    })
    expect(told.isError).toBeFalsy()
  }
  expect(shown).toEqual([
    ['url', expect.stringContaining(APPROVALS)],
    ['url', expect.stringContaining(APPROVALS)],
  ])
  expect(stage.world.counts().requests).toBe(2)
})

it('gateway:elicits — not to look is no decision: the call is pending, and the question stays', async () => {
  const client = await stage.client(shows)
  client.setRequestHandler('elicitation/create', async () => ({ action: 'decline' as const }))
  const told = await client.callTool({ name: 'pay', arguments: { id: '1' } })
  expect(told._meta?.[PENDING_META]).toMatchObject({ status: 'pending' })
  expect(await stage.world.human.pending()).toHaveLength(1)
})

it('gateway:elicits — to agree to look is not to approve', async () => {
  const client = await stage.client(shows)
  client.setRequestHandler('elicitation/create', async () => ({ action: 'accept' as const }))
  const told = await client.callTool({ name: 'pay', arguments: { id: '1' } })
  expect(told._meta?.[PENDING_META]).toMatchObject({ status: 'pending' })
  expect(stage.world.api.effects()).toEqual([])
})

it('gateway:state-is-signed — what the client kept goes on with the same question, as long after as it likes', async () => {
  const client = await stage.client(byHand)
  const { state, url } = await begin(client, '7')
  expect(url).toContain(APPROVALS)
  await approveAll()
  expect(textOf(await comeBack(client, '7', state))).toBe('{"paid":"7"}')
  expect(stage.world.counts().requests).toBe(1)
})

it('gateway:state-is-signed — changed in any place it is answered -32602 before a tool hears of it', async () => {
  const client = await stage.client(byHand)
  const { state } = await begin(client, '7')
  await approveAll()
  const [version, body = '', mac] = state.split('.')
  const payload = JSON.parse(atob(body.replaceAll('-', '+').replaceAll('_', '/')))
  payload.p.line = 'another'
  const forged = [version, btoa(JSON.stringify(payload)).replace(/=+$/, ''), mac].join('.')
  for (const wrong of ['tampered', forged, `${state.slice(0, -2)}AA`])
    await expect(comeBack(client, '7', wrong)).rejects.toMatchObject({ code: -32602 })
  expect(stage.world.api.effects()).toEqual([])
})

it('gateway:state-is-signed — of one call it serves no other: the other asks for itself', async () => {
  const client = await stage.client(byHand)
  const { state } = await begin(client, '7')
  await approveAll()
  const told = await comeBack(client, '8', state)
  expect((told as { _meta: Record<string, unknown> })._meta[PENDING_META]).toBeDefined()
  expect(stage.world.api.effects()).toEqual([])
})

it('gateway:state-is-signed — used up with its call: sent once more it is another call, with another question', async () => {
  const client = await stage.client(byHand)
  const { state } = await begin(client, '7')
  await approveAll()
  await comeBack(client, '7', state)
  const again = (await comeBack(client, '7', state)) as { _meta: Record<string, unknown> }
  expect(again._meta[PENDING_META]).toBeDefined()
  expect(stage.world.api.effects()).toHaveLength(1)
  expect(stage.world.counts().requests).toBe(2)
})

it('gateway:state-survives-a-restart — a gateway that has forgotten everything goes on with what the client kept', async () => {
  const client = await stage.client(byHand)
  const { state } = await begin(client, '7')
  await approveAll()
  stage.swap(() => {
    const another = createGateway({ jit: stage.world.jit(), maxBlockMs: 500, stateKey: KEY })
    addTools(another, stage.world.api.url)
    return another
  })
  expect(textOf(await comeBack(client, '7', state))).toBe('{"paid":"7"}')
  expect(stage.world.counts().requests).toBe(1)
  expect(stage.world.counts().tasks).toBe(1)
})

it('elicit alone never holds a call open; result says so at once to everybody', async () => {
  for (const pending of ['elicit', 'result'] as const) {
    stage.swap(() => {
      const another = createGateway({ jit: stage.world.jit(), maxBlockMs: 60_000, pending })
      addTools(another, stage.world.api.url)
      return another
    })
    const client = await stage.client(pending === 'result' ? shows : {})
    const told = await client.callTool({ name: 'pay', arguments: { id: pending } })
    expect(told._meta?.[PENDING_META]).toMatchObject({ status: 'pending' })
  }
})

it('an authority that names no page is waited for instead', async () => {
  await stage.close()
  stage = await openStage({}, { named: false })
  const client = await stage.client(shows)
  const told = await client.callTool({ name: 'pay', arguments: { id: '1' } })
  expect(told._meta?.[PENDING_META]).toMatchObject({ status: 'pending' })
  expect(textOf(told)).not.toContain('http')
})
