import { type JitEvent, memoryStore } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import { collect, done, reading, refused, stage, toolCall } from './stage.ts'

function typesOf(events: readonly JitEvent[]): readonly string[] {
  return events.map((each) => each.type)
}

describe('when the model asks', () => {
  it('challenge-id:opaque — in model mode a challenge becomes an id, the answer to it an ordinary escalation', async () => {
    const world = await stage()
    const { events, onEvent } = collect()
    const jit = world.jit({ onEvent })
    await jit.runTask({}, async (task) => {
      const call = toolCall(task, { escalate: 'model' })
      const execute = async ({ fetch }: { fetch: typeof task.fetch }) =>
        (await fetch(`${world.api.url}/v1/documents/d1`)).status
      const challenged = await jit.callTool(call, execute)
      if (challenged.kind !== 'challenged') return expect.fail(JSON.stringify(challenged))
      expect(world.counts().requests).toBe(0)
      expect(challenged.challengeId.length).toBeLessThanOrEqual(64)
      expect(JSON.stringify(challenged)).not.toContain('file_access')
      expect(challenged.toolName).toBe('read_document')
      expect(challenged.expiresAt).toBeGreaterThan(world.clock.now())
      const ask = toolCall(task, { key: 'ask', callId: 'ask', toolName: 'requestJitAccess' })
      const grant = done(
        await jit.answerChallenge(ask, challenged.challengeId, 'because of the summary'),
      )
      expect(grant).toMatchObject({ resource: world.api.url, reuse: 'task' })
      expect(JSON.stringify(grant)).not.toContain(world.tokens('jit')[0])
      expect(done(await jit.callTool({ ...call, key: 'again' }, execute))).toBe(200)
      expect(world.faults.calls('request')[0]?.[1].justification).toContain(
        'because of the summary',
      )
      expect(typesOf(events)).not.toContain('handle-rejected')
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('challenge-id:opaque — random, used once, good for its own task and for nothing the model could write', async () => {
    const world = await stage()
    const jit = world.jit()
    const one = await jit.openTask({})
    const two = await jit.openTask({})
    const challengeIn = async (task: typeof one, key: string) => {
      const outcome = await jit.callTool(toolCall(task, { key, escalate: 'model' }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/documents/d1`),
      )
      return outcome.kind === 'challenged' ? outcome.challengeId : expect.fail(outcome.kind)
    }
    const id = await challengeIn(one, 'a')
    expect(await challengeIn(one, 'b')).not.toBe(id)
    const answer = (task: typeof one, challengeId: string) =>
      jit.answerChallenge(toolCall(task, { key: `ask-${challengeId}` }), challengeId, 'j')
    for (const [task, guess] of [
      [two, id],
      [one, `${id}x`],
      [one, ''],
      [one, JSON.stringify(reading('d1'))],
    ] as const)
      expect(refused(await answer(task, guess)).code, guess).toBe('CHALLENGE_UNKNOWN')
    expect(world.counts().requests).toBe(0)
    done(await answer(one, id))
    const second = await jit.answerChallenge(toolCall(one, { key: 'another call' }), id, 'j')
    expect(refused(second).code).toBe('CHALLENGE_UNKNOWN')
    await one.complete()
    await two.complete()
  })

  it('challenge-id:opaque — it ends at the time it names', async () => {
    const world = await stage()
    const jit = world.jit({ store: memoryStore(world.clock) })
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(toolCall(task, { escalate: 'model' }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/documents/d1`),
      )
      if (outcome.kind !== 'challenged') return expect.fail(outcome.kind)
      await world.clock.advance(outcome.expiresAt - world.clock.now() + 1)
      const late = await jit.answerChallenge(
        toolCall(task, { key: 'ask' }),
        outcome.challengeId,
        'j',
      )
      expect(refused(late).code).toBe('CHALLENGE_UNKNOWN')
    })
  })

  it('challenge-id:survives-the-process — with a shared store another engine can answer it, once', async () => {
    const world = await stage()
    const store = memoryStore(world.clock)
    const jit = world.jit({ store })
    const task = await jit.openTask({})
    const outcome = await jit.callTool(toolCall(task, { escalate: 'model' }), ({ fetch }) =>
      fetch(`${world.api.url}/v1/vault/v1`),
    )
    if (outcome.kind !== 'challenged') return expect.fail(outcome.kind)
    const second = world.jit({ store })
    const resumed = await second.resumeTask(await task.suspend(), {})
    const ask = toolCall(resumed, { key: 'ask', pending: 'block' })
    const answering = second.answerChallenge(ask, outcome.challengeId, 'because')
    const [question] = await world.human.waitForPending(1)
    expect(question?.justifications).toEqual(['because'])
    await world.human.approve(question?.requestId ?? '')
    expect(done(await answering).requestId).toBe(question?.requestId)
    const again = { ...ask, key: 'another call' }
    expect(refused(await second.answerChallenge(again, outcome.challengeId, 'again')).code).toBe(
      'CHALLENGE_UNKNOWN',
    )
    await resumed.complete()
  })

  it('challenge-id:opaque — policy, budget and denial hold in model mode as well', async () => {
    const world = await stage()
    const jit = world.jit({ policy: { decide: () => ({ allow: false, reason: 'no' }) } })
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(toolCall(task, { escalate: 'model' }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/documents/d1`),
      )
      if (outcome.kind === 'challenged') {
        const answer = await jit.answerChallenge(
          toolCall(task, { key: 'ask' }),
          outcome.challengeId,
          'j',
        )
        expect(refused(answer).code).toBe('POLICY_REFUSED')
      } else expect(refused(outcome).code).toBe('POLICY_REFUSED')
    })
    expect(world.counts().requests).toBe(0)
  })
})
