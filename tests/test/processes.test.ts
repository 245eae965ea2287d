import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { challenge, deferred, eventually, paying, stage } from './stage.ts'

interface Child {
  /** The next line it tells, as JSON. Rejects when it ends without one. */
  told(): Promise<Record<string, unknown>>
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** A process of its own: empty directory, empty home, no environment but its path. */
async function start(...args: string[]): Promise<Child> {
  const directory = await mkdtemp(join(tmpdir(), 'lumojit-'))
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '--conditions=@lumojit/source',
      fileURLToPath(new URL('process-child.ts', import.meta.url)),
      ...args,
    ],
    {
      cwd: directory,
      env: { HOME: directory, TMPDIR: directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let trouble = ''
  child.stderr?.on('data', (chunk) => {
    trouble += String(chunk)
  })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[
    Symbol.asyncIterator
  ]()
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    expect(await readdir(directory)).toEqual([])
    await rm(directory, { recursive: true })
  })
  return {
    told: async () => {
      const { value, done } = await lines.next()
      if (done) throw new Error(`The process ended early: ${trouble}`)
      return JSON.parse(value as string) as Record<string, unknown>
    },
    kill: (signal) => void child.kill(signal),
    ended,
  }
}

interface Pending {
  readonly outcome: {
    readonly kind: string
    readonly approval: { readonly requests: { requestId: string }[] }
  }
  readonly handle: string
}

describe('several processes', () => {
  it('pause:goes-on-in-a-new-process — paused, killed with SIGKILL, approved, and done once by another process', async () => {
    const world = await stage({ http: true })
    const first = await start('pause', world.env())
    const { outcome, handle } = (await first.told()) as unknown as Pending
    expect(outcome.kind).toBe('pending')
    first.kill('SIGKILL')
    expect((await first.ended).signal).toBe('SIGKILL')
    await world.human.approve(outcome.approval.requests[0]?.requestId ?? '')
    const saved = JSON.stringify({ approval: outcome.approval, handle, complete: true })
    const second = await start('resume', world.env(), saved)
    expect(await second.told()).toEqual({ outcome: { kind: 'done', value: 201 } })
    expect((await second.ended).code).toBe(0)
    expect(world.counts()).toMatchObject({ tasks: 1, requests: 1, redemptions: 1 })
    expect(world.api.effects()).toHaveLength(1)
    await eventually(async () =>
      (await world.alive()).every((each) => world.claims(each)?.jit !== true),
    )
  })

  it('pause:goes-on-in-a-new-process — not yet approved: the new process pauses over the same request', async () => {
    const world = await stage({ http: true })
    const first = await start('pause', world.env())
    const { outcome, handle } = (await first.told()) as unknown as Pending
    first.kill('SIGKILL')
    await first.ended
    const second = await start(
      'resume',
      world.env(),
      JSON.stringify({ approval: outcome.approval, handle }),
    )
    const again = (await second.told()) as unknown as Pending
    expect(again.outcome.kind).toBe('pending')
    expect(again.outcome.approval.requests).toMatchObject(
      outcome.approval.requests.map(({ requestId }) => ({ requestId })),
    )
    expect(world.counts()).toMatchObject({ tasks: 1, requests: 1 })
    expect(world.api.effects()).toEqual([])
  })

  it('pause:goes-on-in-a-new-process — killed again after the redemption: the third process gets a token of its own, the second one’s is dead', async () => {
    const world = await stage({ http: true })
    const first = await start('pause', world.env())
    const { outcome, handle } = (await first.told()) as unknown as Pending
    first.kill('SIGKILL')
    await first.ended
    await world.human.approve(outcome.approval.requests[0]?.requestId ?? '')
    const carried = deferred()
    world.api.script('/v1/payments', (request) => {
      if (world.claims(request)?.jit !== true) return challenge(paying('i1'))
      carried.resolve()
      return new Promise(() => {})
    })
    const saved = JSON.stringify({ approval: outcome.approval, handle, complete: true })
    const second = await start('resume', world.env(), saved)
    await carried.promise
    second.kill('SIGKILL')
    await second.ended
    world.api.script('/v1/payments', (request) =>
      world.claims(request)?.jit === true
        ? new Response('paid', { status: 201 })
        : challenge(paying('i1')),
    )
    const third = await start('resume', world.env(), saved)
    expect(await third.told()).toEqual({ outcome: { kind: 'done', value: 201 } })
    expect(world.counts()).toMatchObject({ requests: 1, approvals: 1, redemptions: 2 })
    const [dead] = world.tokens('jit')
    await eventually(async () => !(await world.isAlive(dead ?? '')))
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`end:revokes-all — on ${signal} with handleSignals: grants dead, then the process ends by that signal`, async () => {
      const world = await stage({ http: true })
      const child = await start('until-signal', world.env())
      await child.told()
      const [token] = world.tokens('jit')
      expect(await world.isAlive(token ?? '')).toBe(true)
      child.kill(signal)
      expect(await child.ended).toEqual({ code: null, signal })
      await eventually(async () => (await world.alive()).length === 0)
    })

  it('end:revokes-all — killed with SIGKILL nobody can revoke: the control of the two above', async () => {
    const world = await stage({ http: true })
    const child = await start('until-signal', world.env())
    await child.told()
    child.kill('SIGKILL')
    await child.ended
    expect(await world.isAlive(world.tokens('jit')[0] ?? '')).toBe(true)
  })
})
