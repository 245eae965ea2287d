import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Suspect {
  readonly kind: string
  readonly value: string
}
export interface Authority {
  readonly url: string
  readonly issuer: string
  readonly org: string
  readonly agent: { readonly id: string; readonly secret: string }
  readonly api: { readonly audience: string; readonly secret: string }
  readonly userToken: string
}
export interface Api {
  readonly url: string
  readonly name: string
}
export interface Log {
  readonly tokens: readonly Suspect[]
  readonly requests: number
}
export interface ToApi {
  readonly issuer: string
}
export type ToAuthority = 'log' | 'sign-out'
export interface ToAuditor extends Pick<Authority, 'issuer' | 'agent' | 'api'> {
  readonly acme: string
  readonly tokens: readonly Suspect[]
}
export interface Verdict {
  readonly alive: number
  readonly of: number
}

/** A process of its own, as it would be in the world. It is told things and answers, one at a time. */
export class Neighbour {
  readonly #child: ChildProcess

  constructor(file: string) {
    const path = fileURLToPath(new URL(file, import.meta.url))
    this.#child = fork(path, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  }

  ask<Answer>(message?: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const gone = (code: number | null) => reject(new Error(`a neighbour stopped with ${code}`))
      this.#child.once('exit', gone)
      this.#child.once('message', (answer) => {
        this.#child.off('exit', gone)
        resolve(answer as Answer)
      })
      if (message !== undefined) this.#child.send(message as never)
    })
  }

  leave(): void {
    if (this.#child.connected) this.#child.disconnect()
  }
}

export function tellParent(message: unknown): void {
  process.send?.(message)
}

/** Ctrl-C reaches every process of a terminal; these stay until the agent has given everything back. */
export function exitWithParent(): void {
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  process.once('disconnect', () => setImmediate(() => process.exit()))
}
