import { serveAuthority } from '@lumojit/authority/node'
import { lumoAuth } from '@lumojit/core'
import { expect, it, onTestFinished } from 'vitest'

it('authority:tasks — lumoAuth() tells an ended task from an expired question', async () => {
  const agent = { id: 'agt_1', secret: 'worth nothing outside this test' }
  const { authority, url, close } = await serveAuthority({ org: 'acme-corp', agents: [agent] })
  const remote = lumoAuth({ url, org: 'acme-corp', clientId: agent.id, clientSecret: agent.secret })
  onTestFinished(async () => {
    await remote.close?.()
    await close()
  })
  const task = await remote.openTask({})
  const asked = await remote.request(task, {
    permission: { kind: 'details', details: [{ type: 'payment' }] },
    resource: { url: 'https://api.example' },
    reuse: 'once',
    justification: 'to see it end',
    ttlSeconds: 60,
    idempotencyKey: 'call-1',
  })
  if (asked.status !== 'pending') return expect.fail(`expected pending, got ${asked.status}`)
  await authority.operations.completeTask({ by: { agent: agent.id }, taskId: task.id })
  expect(await remote.status(asked.ref)).toMatchObject({ status: 'task-ended', ref: asked.ref })
})
