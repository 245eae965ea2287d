import { createJit, isLumojitError, type Jit, lumoAuth } from '@lumojit/core'
import type { Authority } from '@lumojit/protocol'
import type { AgentConfig } from './agent-config-members.ts'
import { exits } from './exits.ts'
import { Fault } from './fault.ts'

export interface Engine {
  /** To be disposed of when the command ends: what its tasks hold is revoked then. */
  readonly jit: Jit
  readonly authority: Authority
}

/** Nothing is sent yet. */
export function openEngine({
  authority: given,
  resources,
  ttlSeconds,
  budget,
}: AgentConfig): Engine {
  return configured(() => {
    const authority = lumoAuth(given)
    const jit = createJit({
      authority,
      resources,
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
      ...(budget === undefined ? {} : { budget }),
    })
    return { jit, authority }
  })
}

/** What the libraries say of their options, as something a person can act on. */
export function configured<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!isLumojitError(error)) throw error
    throw new Fault('CONFIG_INVALID', error.message, error.fix, exits.configuration, error)
  }
}
