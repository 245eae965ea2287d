import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type RunningGateway, serveHttp } from '../src/node.ts'
import { openStage, type Stage, type Told, textOf } from './stage.ts'

// Over real sockets: what a client that gives up leaves behind is a closed connection.
let stage: Stage
let running: RunningGateway
const open = async (options: Parameters<typeof openStage>[0]) => {
  stage = await openStage(options)
  running = await serveHttp(stage.gateway)
}
beforeEach(() => open({ maxBlockMs: 20_000 }))
afterEach(async () => {
  await running.close()
  await stage.close()
})

/** As CrewAI does: a new client, so a new session, for each try, and a timeout far below the person's. */
async function attempt(id: string, timeout: number, tool = 'pay'): Promise<Told | undefined> {
  const client = new Client({ name: 'crew', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${running.url}/mcp`)))
  try {
    return (await client.callTool({ name: tool, arguments: { id } }, undefined, {
      timeout,
    })) as Told
  } catch {
    return undefined
  } finally {
    await client.close()
  }
}
const approve = async () => {
  const [waiting] = await stage.world.human.waitForPending(1)
  await stage.world.human.approve(waiting?.requestId ?? '')
}

it('gateway:one-question-one-effect — a client that times out and tries again asks once and pays once', async () => {
  expect(await attempt('5', 400)).toBeUndefined()
  const second = attempt('5', 400)
  const [waiting] = await stage.world.human.waitForPending(1)
  expect(await second).toBeUndefined()
  const third = attempt('5', 10_000)
  await stage.world.human.approve(waiting?.requestId ?? '')
  expect(JSON.parse(textOf(await third))).toEqual({ paid: '5' })
  expect(stage.world.counts().requests).toBe(1)
  expect(stage.world.api.effects()).toHaveLength(1)
})

it('gateway:one-question-one-effect — callers at the same time are one call, and each hears of its end', async () => {
  const calls = [attempt('6', 10_000), attempt('6', 10_000), attempt('6', 10_000)]
  await approve()
  for (const told of await Promise.all(calls))
    expect(JSON.parse(textOf(told))).toEqual({ paid: '6' })
  expect(stage.world.counts().requests).toBe(1)
  expect(stage.world.api.effects()).toHaveLength(1)
})

it('gateway:one-question-one-effect — a result whose caller has gone waits for the call to be made again, once', async () => {
  let answer = () => {}
  const slow = new Promise<void>((resolve) => {
    answer = resolve
  })
  let sent = 0
  stage.world.api.script('/v1/payments', async () => {
    sent += 1
    if (sent === 1) await slow
    return Response.json({ receipt: sent })
  })
  expect(await attempt('7', 300)).toBeUndefined()
  // A round trip later the gateway has seen the connection close.
  await attempt('d', 10_000, 'read_document')
  answer()
  expect(JSON.parse(textOf(await attempt('7', 10_000)))).toEqual({ receipt: 1 })
  expect(sent).toBe(1)
  expect(JSON.parse(textOf(await attempt('7', 10_000)))).toEqual({ receipt: 2 })
})

it('gateway:one-question-one-effect — of somebody else it is another call', async () => {
  const [one, two] = await Promise.all([
    attempt('d1', 10_000, 'read_document'),
    attempt('d2', 10_000, 'read_document'),
  ])
  expect(textOf(one)).toContain('d1')
  expect(textOf(two)).toContain('d2')
})

it('gateway:wait-ends-with-its-callers — nobody waits for a decision that nobody waits for', async () => {
  expect(await attempt('8', 300)).toBeUndefined()
  const [waiting] = await stage.world.human.waitForPending(1)
  // A turn later the call is paused, and an approval has no effect by itself.
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  await stage.world.human.approve(waiting?.requestId ?? '')
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(stage.world.api.effects()).toEqual([])
  expect(JSON.parse(textOf(await attempt('8', 10_000)))).toEqual({ paid: '8' })
  expect(stage.world.counts().requests).toBe(1)
})

it('a call that was held open long enough says so, and does not leave its client without an answer', async () => {
  await running.close()
  await stage.close()
  await open({ maxBlockMs: 300 })
  const began = Date.now()
  const told = await attempt('9', 10_000)
  expect(told?.isError).toBe(true)
  expect(Date.now() - began).toBeLessThan(5_000)
})
