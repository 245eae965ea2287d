import type { Io, Resource, Secret } from '@lumojit/protocol'
import { clientCredentials, exchange, type SubjectToken, type Take } from './oauth-calls.ts'
import type { Settings } from './options.ts'
import { ended, type Minted, TokenSlot, type Want } from './token-slot.ts'

/** The tokens of one task that acts for a user. Holds the function that fetches the user's token, never that token. */
export interface Delegation {
  subjectToken: SubjectToken
  readonly own: TokenSlot
  readonly bases: Map<string, TokenSlot>
  ended: boolean
}

/**
 * Every token this process holds for the authority, by who it speaks for: the agent itself (and,
 * per resource, for use there alone), or a user through the agent (per task).
 */
export class Credentials {
  readonly #settings: Settings
  readonly #delegations = new Map<string, Delegation>()
  #agent: TokenSlot
  #bases = new Map<string, TokenSlot>()

  constructor(settings: Settings) {
    this.#settings = settings
    this.#agent = this.#slot()
  }

  /** A task once known to act for a user stays so, whatever a later call leaves out. */
  delegation(taskId: string, subjectToken: Io['subjectToken']): Delegation | undefined {
    const known = this.#delegations.get(taskId)
    if (!subjectToken) return known
    if (known) {
      known.subjectToken = subjectToken
      return known
    }
    return this.adopt(taskId, this.delegate(subjectToken))
  }

  delegate(subjectToken: SubjectToken): Delegation {
    return { subjectToken, own: this.#slot(), bases: new Map(), ended: false }
  }

  adopt(taskId: string, delegation: Delegation): Delegation {
    this.#delegations.set(taskId, delegation)
    return delegation
  }

  /** What a call to the authority carries. */
  bearer(delegation: Delegation | undefined, signal?: AbortSignal): Take {
    return (stale) => this.#own(delegation, { stale, signal })
  }

  /** What a resource sees before any grant. */
  async base(
    delegation: Delegation | undefined,
    { url, audience = url, baseToken }: Resource,
    want: Want,
  ): Promise<Secret | undefined> {
    if (baseToken === 'none') return undefined
    if (baseToken === 'shared') return this.#own(delegation, want)
    if (delegation?.ended) throw ended()
    const slots = delegation?.bases ?? this.#bases
    const slot = slots.get(audience) ?? this.#slot()
    slots.set(audience, slot)
    return slot.take(
      () =>
        delegation
          ? exchange(this.#settings, delegation.subjectToken, this.bearer(undefined), audience)
          : clientCredentials(this.#settings, audience),
      want,
    )
  }

  #own(delegation: Delegation | undefined, want: Want): Promise<Secret> {
    if (!delegation) return this.#agent.take(() => clientCredentials(this.#settings), want)
    const { own } = delegation
    const actor = this.bearer(undefined)
    return own.take(() => exchange(this.#settings, delegation.subjectToken, actor), want)
  }

  /** First step of a task's end: its base tokens, none to follow. */
  async endBases(taskId: string, signal?: AbortSignal): Promise<Minted[]> {
    const delegation = this.#delegations.get(taskId)
    if (!delegation) return []
    delegation.ended = true
    return drain(delegation.bases, signal)
  }

  /** Last step: the token that ended it. */
  async endOwn(taskId: string, signal?: AbortSignal): Promise<readonly Minted[]> {
    const delegation = this.#delegations.get(taskId)
    this.#delegations.delete(taskId)
    return (await delegation?.own.end(signal)) ?? []
  }

  /** Everything, the agent's own token last; what is asked for afterwards starts anew. */
  async endAll(signal?: AbortSignal): Promise<Minted[]> {
    const [bases, agent, tasks] = [this.#bases, this.#agent, [...this.#delegations.keys()]]
    this.#bases = new Map()
    this.#agent = this.#slot()
    const delegated = await Promise.all(
      tasks.map(async (id) => [
        ...(await this.endBases(id, signal)),
        ...(await this.endOwn(id, signal)),
      ]),
    )
    return [...delegated.flat(), ...(await drain(bases, signal)), ...(await agent.end(signal))]
  }

  #slot(): TokenSlot {
    return new TokenSlot(this.#settings.clock)
  }
}

async function drain(
  slots: ReadonlyMap<string, TokenSlot>,
  signal?: AbortSignal,
): Promise<Minted[]> {
  return (await Promise.all([...slots.values()].map((slot) => slot.end(signal)))).flat()
}
