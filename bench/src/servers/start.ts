import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createJit, type Jit, lumoAuth } from '@lumojit/core'
import { agent, audience } from './parties.ts'

async function start(
  name: string,
  ...args: string[]
): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(new URL(name, import.meta.url), args, {
    execArgv: ['--conditions=@lumojit/source'],
  })
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${name} left with ${code}`))),
  ])) as [{ url: string }]
  return { child, url: message.url }
}

export interface World {
  readonly api: string
  readonly jit: Jit
  close(): Promise<void>
}

/** Authority and API as two processes on loopback, and an engine in this one. */
export async function startWorld(): Promise<World> {
  const authority = await start('authority.ts')
  const api = await start('api.ts', authority.url)
  const jit = createJit({
    authority: lumoAuth({
      url: new URL(authority.url).origin,
      org: 'bench',
      clientId: agent.id,
      clientSecret: agent.secret,
    }),
    resources: [{ url: api.url, audience }],
  })
  return {
    api: api.url,
    jit,
    async close() {
      await jit[Symbol.asyncDispose]()
      for (const { child } of [api, authority]) {
        const gone = once(child, 'exit')
        child.disconnect()
        await gone
      }
    },
  }
}
