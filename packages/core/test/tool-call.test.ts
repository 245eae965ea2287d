import type { AuthorizationDetails, Decision } from '@lumojit/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createJit } from '../src/engine.ts'
import type { JitOptions } from '../src/options.ts'
import type { ToolCall } from '../src/tool-call.ts'
import { API, authority, challenge, network, options, turns, until } from './grounds.ts'

const unhandled = vi.fn()
beforeEach(() => {
  unhandled.mockClear()
  process.on('unhandledRejection', unhandled)
})
afterEach(async () => {
  await turns()
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

async function stage(more: Partial<JitOptions> = {}) {
  const jit = createJit(options(more))
  const task = await jit.openTask({})
  const call = (extra: Partial<ToolCall> = {}): ToolCall => ({
    task,
    key: 'run-1/call-1',
    callId: 'call-1',
    toolName: 'pay',
    pending: 'suspend',
    durable: true,
    ...extra,
  })
  return { jit, task, call }
}
const pending = (served: ReturnType<typeof authority>) => async (): Promise<Decision> => ({
  status: 'pending',
  ref: served.ref(),
  waitsFor: 'approver',
})

describe('send:signal in a tool call', () => {
  it('send:signal — a call that was over before it began does not run its tool', async () => {
    const { jit, call } = await stage()
    const execute = vi.fn(async () => 1)
    const result = jit.callTool(call({ signal: AbortSignal.abort('over') }), execute)
    await expect(result).rejects.toBe('over')
    expect(execute).not.toHaveBeenCalled()
  })

  it('send:signal — an abort ends it at once, though its tool and what its tool began hang', async () => {
    const { jit, call } = await stage()
    const controller = new AbortController()
    const details: AuthorizationDetails = [{ type: 'sql' }]
    let inside = false
    const result = jit.callTool(call({ signal: controller.signal }), async ({ withToken }) => {
      await withToken(details, { resource: API, justification: 'j' }, () => {
        inside = true
        return new Promise(() => {})
      })
    })
    await Promise.race([until(() => inside), result])
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(result).rejects.toBe(reason)
  })

  it('what its tool does after the abort, and how it fails, is nobody’s unhandled rejection', async () => {
    const { jit, call } = await stage()
    const controller = new AbortController()
    let fail: ((error: Error) => void) | undefined
    const result = jit.callTool(
      call({ signal: controller.signal }),
      () => new Promise((_, reject) => (fail = reject)),
    )
    await until(() => fail !== undefined)
    controller.abort('over')
    await expect(result).rejects.toBe('over')
    fail?.(new Error('late'))
  })
})

describe('what a tool call is given', () => {
  it('CONFIG_INVALID — arguments that are no JSON are refused in words, before anything is asked', async () => {
    const served = authority()
    const { jit, call } = await stage({ authority: served.port })
    for (const args of [{ when: new Date() }, { amount: 1n }, Number.NaN]) {
      await expect(
        jit.callTool(call({ args: args as never }), async () => 1),
      ).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        fix: expect.stringContaining('args'),
      })
    }
    const absent = call({ args: { note: undefined } as never })
    expect(await jit.callTool(absent, async () => 1)).toEqual({ kind: 'done', value: 1 })
    expect(served.count('request')).toBe(0)
  })

  it.each([['text'], [[]], [[{}]], [[{ type: 7 }]], [{ actions: ['a'] }]])(
    'CONFIG_INVALID — a declaration of %j is refused in words, before anything is asked',
    async (details) => {
      const served = authority()
      const { jit, call } = await stage({ authority: served.port })
      const declared = [{ resource: API, details: details as never }]
      await expect(jit.callTool(call({ declared }), async () => 1)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      })
      expect(served.count('request')).toBe(0)
    },
  )

  it('NO_TASK — a task of nobody is refused, with a way out', async () => {
    const { jit, call } = await stage()
    await expect(jit.callTool(call({ task: {} as never }), async () => 1)).rejects.toMatchObject({
      code: 'NO_TASK',
      fix: expect.stringContaining('openTask'),
    })
  })

  it('two permissions declared for one resource serve two fetches, and nobody is asked again', async () => {
    const served = authority()
    const allowed = new Map<string, string>()
    const net = network(({ url, headers }) => {
      const type = new URL(url).pathname.slice(1)
      return headers.get('authorization') === allowed.get(type)
        ? new Response(type)
        : challenge({ type })
    })
    const redeem = served.port.redeem
    const port = {
      ...served.port,
      redeem: async (...args: Parameters<typeof redeem>) => {
        const grant = await redeem(...args)
        const [, { permission }] = args
        if ('token' in grant && permission.kind === 'details')
          allowed.set(permission.details[0].type, `Bearer ${grant.token.reveal()}`)
        return grant
      },
    }
    const { jit, call } = await stage({ authority: port, fetch: net.fetch })
    const declared = ['a', 'b'].map((type) => ({ resource: API, details: [{ type }] as const }))
    const outcome = await jit.callTool(call({ declared }), async ({ fetch }) => [
      await (await fetch(`${API}/a`)).text(),
      await (await fetch(`${API}/b`)).text(),
    ])
    expect(outcome).toEqual({ kind: 'done', value: ['a', 'b'] })
    expect(served.count('request')).toBe(2)
  })
})

describe('what comes back from a client', () => {
  it('handle:sealed — junk is put aside, also where this application has no key at all', async () => {
    const { stateKey: _, ...keyless } = authority().port
    const { jit, call } = await stage({ authority: keyless })
    for (const resumeFrom of ['junk', { handle: 'lj1.a.b' }, 7, null]) {
      expect(await jit.callTool(call({ resumeFrom }), async () => 1)).toEqual({
        kind: 'done',
        value: 1,
      })
    }
  })

  it('pause:resume-is-only-a-wake-up — a handle that names no request is not an approval', async () => {
    const { jit, task } = await stage()
    expect(await jit.approvalStatus(await task.suspend(), task)).toBe('invalid')
  })
})

describe('pause:abandoned-is-cancelled', () => {
  it('pause:abandoned-is-cancelled — what waits is taken back; what the whole task may use is left', async () => {
    const served = authority()
    const waits = pending(served)
    const withdrawn: string[] = []
    const port = {
      ...served.port,
      request: async (...args: Parameters<typeof served.port.request>) =>
        args[1].reuse === 'once' ? waits() : served.port.request(...args),
      withdraw: async ({ requestId }: { requestId: string }) => {
        withdrawn.push(requestId)
        return true
      },
    }
    const net = network(({ headers, method }) =>
      headers.get('authorization') === 'Bearer base-token'
        ? challenge({ type: method })
        : new Response('ok'),
    )
    const { jit, task, call } = await stage({ authority: port, fetch: net.fetch })
    const outcome = await jit.callTool(call(), async ({ fetch }) => {
      await fetch(`${API}/read`)
      await fetch(`${API}/pay`, { method: 'POST' })
    })
    if (outcome.kind !== 'pending') throw new Error(outcome.kind)
    const waiting = outcome.approval.requests.map(({ requestId }) => requestId)
    expect(waiting).toHaveLength(1)
    await jit.abandon(outcome.approval, task)
    expect(withdrawn).toEqual(waiting)
    const before = net.sent.length
    expect((await task.fetch(`${API}/read`)).status).toBe(200)
    expect(net.sent.length - before, 'still sent ahead').toBe(1)
  })
})
