import { createJit, type Jit, type JitOptions, lumoAuth } from '@lumojit/core'
import type { Resource } from '@lumojit/protocol'

/** All that another process needs to take part in a world. */
export interface Connection {
  readonly url: string
  readonly org: string
  readonly clientId: string
  readonly clientSecret: string
  readonly resources: readonly [Resource, ...Resource[]]
}

/** In another process: an engine connected to the world that gave this `env`. */
export function connectWorld(env: string): {
  readonly resources: readonly [Resource, ...Resource[]]
  jit(overrides?: Partial<JitOptions>): Jit
} {
  const { resources, ...connection } = JSON.parse(env) as Connection
  return {
    resources,
    jit: (overrides) => createJit({ authority: lumoAuth(connection), resources, ...overrides }),
  }
}
