import type { StoredAgent } from '../records.ts'

/** Whether this call made the change; `killed` tokens of the agent were alive. */
export interface AgentTransition {
  readonly won: boolean
  readonly killed: number
  readonly agent?: StoredAgent
}

/** Agents that were made or changed while the authority ran. */
export interface AgentStore {
  agent(id: string): Promise<StoredAgent | undefined>
  /** All that the store knows, by id. */
  agents(): Promise<readonly StoredAgent[]>
  /** Only when there is none of this id, or of one that makes the same `sub`. */
  addAgent(agent: StoredAgent, change: { readonly by: string }): Promise<boolean>
  /**
   * Gives it another secret. `agent` is kept where the store had none. With `kill`, every token it holds dies.
   */
  rotateAgent(
    agent: StoredAgent,
    change: {
      readonly at: number
      readonly by: string
      readonly secretHash: string
      readonly previousUntil: number
      readonly kill: boolean
    },
  ): Promise<AgentTransition>
  /** Every token it holds dies, and no other is added until it is resumed. `agent` as above. */
  suspendAgent(
    agent: StoredAgent,
    change: { readonly at: number; readonly by: string; readonly reason?: string },
  ): Promise<AgentTransition>
  resumeAgent(
    id: string,
    change: { readonly at: number; readonly by: string },
  ): Promise<AgentTransition>
}
