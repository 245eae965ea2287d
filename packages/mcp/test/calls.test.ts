import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStage, type Stage, textOf } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

it('what the authority grants at once is simply done, for clients of both eras', async () => {
  for (const client of [await stage.client(), await stage.oldClient()]) {
    const told = await client.callTool({ name: 'read_document', arguments: { id: 'd1' } })
    expect(told.isError).toBeFalsy()
    expect(JSON.parse(textOf(told))).toEqual({ text: 'text of d1' })
  }
})
