import { afterEach, expect, it } from 'vitest'
import { openStage, type Stage, textOf } from './stage.ts'

let stage: Stage
afterEach(() => stage.close())
const alive = () => stage.world.alive()

it('gateway:idle-ends-the-run — what nobody uses ends, and everything granted in it', async () => {
  stage = await openStage({ idleMs: 2_000 })
  const client = await stage.client()
  await client.callTool({ name: 'read_document', arguments: { id: 'd' } })
  const granted = stage.world.tokens('jit')
  expect(granted).toHaveLength(1)
  expect(await stage.world.isAlive(granted[0] ?? '')).toBe(true)
  await expect.poll(() => stage.world.isAlive(granted[0] ?? ''), { timeout: 20_000 }).toBe(false)
  const again = await client.callTool({ name: 'read_document', arguments: { id: 'd' } })
  expect(textOf(again)).toContain('text of d')
  expect(stage.world.counts().tasks).toBe(2)
})

it('gateway:idle-ends-the-run — not while a person is being asked: their answer finds the call', async () => {
  stage = await openStage({ idleMs: 200, maxBlockMs: 0 })
  const client = await stage.client()
  await client.callTool({ name: 'pay', arguments: { id: '1' } })
  const [waiting] = await stage.world.human.waitForPending(1)
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  await stage.world.human.approve(waiting?.requestId ?? '')
  const done = await client.callTool({ name: 'pay', arguments: { id: '1' } })
  // With no patience at all the first look may find the approval before it is redeemed.
  expect(JSON.parse(textOf(done))).toEqual({ paid: '1' })
  expect(stage.world.counts()).toMatchObject({ tasks: 1, requests: 1 })
})

it('gateway:close-revokes — closing ends every run', async () => {
  stage = await openStage()
  for (const run of ['a', 'b']) {
    const client = await stage.client({}, { 'x-lumojit-run': run })
    await client.callTool({ name: 'read_document', arguments: { id: run } })
  }
  const granted = stage.world.tokens('jit')
  expect(granted).toHaveLength(2)
  await stage.gateway.close()
  for (const token of granted) expect(await stage.world.isAlive(token)).toBe(false)
  expect(await alive()).not.toContain(granted[0])
})

it('runs that are open at once are counted, and one too many is told what to do', async () => {
  const faults: unknown[] = []
  stage = await openStage({ maxRuns: 1, onFault: (fault) => faults.push(fault) })
  const one = await stage.client({}, { 'x-lumojit-run': 'a' })
  const two = await stage.client({}, { 'x-lumojit-run': 'b' })
  expect(
    (await one.callTool({ name: 'read_document', arguments: { id: 'd' } })).isError,
  ).toBeFalsy()
  const refused = await two.callTool({ name: 'read_document', arguments: { id: 'd' } })
  expect(refused.isError).toBe(true)
  expect(String(faults[0])).toContain('1 runs are open at once')
})

it('a mistake of the application is for the application to hear of, not for the model', async () => {
  const faults: unknown[] = []
  stage = await openStage({ onFault: (fault) => faults.push(fault) })
  stage.gateway.tool('elsewhere', {}, (_, { jit }) =>
    jit.fetch('https://elsewhere.example/secret-path'),
  )
  stage.gateway.tool('broken', {}, () => {
    throw new Error('no such invoice')
  })
  const client = await stage.client()
  const told = await client.callTool({ name: 'elsewhere', arguments: {} })
  expect(textOf(told)).toBe('This tool could not be run.')
  expect(faults).toMatchObject([{ code: 'ORIGIN_NOT_LISTED' }])
  expect(textOf(await client.callTool({ name: 'broken', arguments: {} }))).toBe('no such invoice')
})
